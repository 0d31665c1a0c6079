"""The page of recordings: the list, the inspector of one of them, and what opens and plays them."""
