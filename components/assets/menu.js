// A menu that opens above everything, from a button in any component of ours.
const make = (tag, className, text) => {
  const element = document.createElement(tag)
  if (className) element.className = className
  if (text !== undefined) element.textContent = text
  if (tag === "button") element.type = "button"
  return element
}

const iconButton = (icon, label, onPress) => {
  const button = make("button", "icon", icon)
  button.title = label
  button.setAttribute("aria-label", label)
  button.onclick = onPress
  return button
}

const place = (menu, button) => {
  const at = button.getBoundingClientRect()
  const below = window.innerHeight - at.bottom
  const width = menu.offsetWidth
  menu.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - width - 8))}px`
  menu.style.top = below > menu.offsetHeight + 8 ? `${at.bottom + 4}px` : `${Math.max(8, at.top - menu.offsetHeight - 4)}px`
}

const drawMenu = (items) => {
  const menu = make("div", "menu")
  menu.popover = "auto"
  menu.setAttribute("role", "menu")
  for (const item of items) {
    if (item.title) {
      menu.append(make("div", "menu-title", item.title))
      continue
    }
    const entry = make("button", item.confirm ? "entry risky" : "entry")
    entry.setAttribute("role", "menuitem")
    const mark = make("span", "mark", item.icon)
    mark.setAttribute("aria-hidden", "true")
    const text = make("span", "", item.label)
    entry.append(mark, text)
    entry.onclick = () => {
      if (item.confirm && text.textContent !== item.confirm) {
        text.textContent = item.confirm
        return
      }
      menu.hidePopover()
      item.onPress()
    }
    menu.append(entry)
  }
  menu.onkeydown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const entries = [...menu.querySelectorAll(".entry")]
    const at = entries.indexOf(menu.getRootNode().activeElement)
    entries[(at + step + entries.length) % entries.length].focus()
  }
  return menu
}

// `items`: {icon, label, onPress, confirm?} or {title}; one with `confirm` asks once more. Drawn when opened and
// taken away when closed: thirty menus nobody looks at would cost the page at every change.
const menuButton = (icon, label, items) => {
  const around = make("span", "with-menu")
  let closedAt = 0
  const open = () => {
    if (performance.now() - closedAt < 250) return // the press that closed it
    const menu = drawMenu(items)
    around.append(menu)
    menu.addEventListener("toggle", (event) => {
      if (event.newState === "open") return
      closedAt = performance.now()
      menu.remove()
    })
    menu.showPopover()
    place(menu, button)
    menu.querySelector(".entry").focus()
  }
  const button = iconButton(icon, label, open)
  button.setAttribute("aria-haspopup", "menu")
  around.append(button)
  return around
}
