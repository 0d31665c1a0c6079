// What the parts on the page share, set up once: each of them only says which it is.
export default function ({ data }) {
  if (window.seseragiParts) return
  const styled = (sheets, draw) => {
    const made = sheets.map((text) => {
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(text)
      return sheet
    })
    return (component) => {
      const root = component.parentElement.getRootNode()
      if (!root.adoptedStyleSheets.includes(made[0])) root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...made]
      draw(component)
    }
  }
  const { menu, bar, conversations, end } = data.styles
  window.seseragiParts = {
    bar: styled([menu, bar], drawBar),
    conversations: styled([menu, conversations], drawConversations),
    end: styled([menu, end], drawEnd),
  }
  window.addEventListener("keydown", guard, true)
  window.dispatchEvent(new Event("seseragi-parts"))
}
