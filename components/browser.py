"""What needs JavaScript in the browser: lists and lines of buttons, copying, Enter during IME composition.

Inline components of Streamlit (version 2); the content security policy lets them load as blobs made by the
page's own script (docs/adr/0003).
"""

from __future__ import annotations

from typing import Final

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components.assets import read_asset
from components.language import _

_COPY = st.components.v2.component(
    "seseragi_copy",
    html='<button type="button"></button>',
    css="""
button {
  font: inherit; font-size: 0.875rem; line-height: 1; padding: 0.45rem 0.5rem 0.45rem 0;
  border: 0; border-radius: 0.5rem;
  background: transparent; color: var(--st-text-color); opacity: 0.65; cursor: pointer; white-space: nowrap;
}
button:hover { opacity: 1; color: var(--st-primary-color); }
button:focus-visible { opacity: 1; outline: 2px solid var(--st-primary-color); }
""",
    js="""
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button")
  const say = (words) => { button.textContent = words }
  say(data.label)
  button.setAttribute("aria-live", "polite")
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(data.text)
      say(data.done)
    } catch {
      say(data.failed)
    }
    setTimeout(() => say(data.label), 1600)
  }
}
""",
)

_PARTS: Final = st.components.v2.component(
    "seseragi_parts",
    html="<span hidden></span>",
    js="".join(read_asset(f"{name}.js") for name in ("menu", "bar", "conversations", "end", "guard", "parts")),
)


def part(name: str, html: str) -> ComponentRenderer:
    """A component whose script and styles are among those of `open_parts`; it weighs no more than its content."""
    js = f"""
export default function (component) {{
  const draw = () => window.seseragiParts.{name}(component)
  if (window.seseragiParts) draw()
  else window.addEventListener("seseragi-parts", draw, {{ once: true }})
}}
"""
    return st.components.v2.component(f"seseragi_{name}", html=html, js=js)


def open_parts() -> None:
    """Bring what the parts share, once: Streamlit sends the same large message no second time.

    Also lets Enter end an IME composition without sending the question, in every browser.
    """
    styles = {name: read_asset(f"{name}.css") for name in ("menu", "bar", "conversations", "end")}
    _PARTS(data={"styles": styles}, key="parts", height="content")


def show_copy_button(text: str, *, key: str) -> None:
    """A button that puts `text` on the clipboard."""
    words = {"label": _("Copy"), "done": _("Copied ✓"), "failed": _("Copying is not allowed here")}
    _COPY(data={"text": text, **words}, key=key, width="content", height="content")
