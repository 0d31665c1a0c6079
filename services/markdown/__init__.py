"""An answer's Markdown as the elements of a page, while it grows and after. Knows no page and no stream."""
