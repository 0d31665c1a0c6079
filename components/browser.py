"""The few things that need JavaScript in the browser: copying, and Enter during IME composition.

Inline components of Streamlit (version 2); the content security policy lets them load as blobs made by the
page's own script (docs/adr/0003).
"""

from __future__ import annotations

import streamlit as st

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

_COMPOSITION_GUARD = st.components.v2.component(
    "seseragi_composition_guard",
    html="<span hidden></span>",
    js="""
const guard = (event) => {
  // Safari ends the composition before this key event: only the key code 229 still tells.
  if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopPropagation()
}
export default function () {
  if (!window.seseragiCompositionGuard) {
    window.seseragiCompositionGuard = true
    window.addEventListener("keydown", guard, true)
  }
}
""",
)


def show_copy_button(text: str, *, key: str) -> None:
    """A button that puts `text` on the clipboard."""
    words = {"label": _("Copy"), "done": _("Copied ✓"), "failed": _("Copying is not allowed here")}
    _COPY(data={"text": text, **words}, key=key, width="content", height="content")


def guard_composition() -> None:
    """Let Enter end an IME composition without sending the question, in every browser."""
    _COMPOSITION_GUARD(key="composition_guard", height="content")
