// A page of events, a line for each; one that is pressed opens to its JSON.
const make = (tag, className, text) => {
  const element = document.createElement(tag)
  if (className) element.className = className
  if (text !== undefined) element.textContent = text
  return element
}

const pretty = (raw) => {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2)
  } catch {
    return raw
  }
}

const drawEvent = (event, words, opened) => {
  const one = make("details", `event ${event.tone}`)
  const line = make("summary")
  line.append(make("span", "number", event.number), make("span", "at", event.at), make("span", "gap", event.gap))
  line.append(make("span", "kind", event.kind))
  const said = make("span", "text", event.text)
  if (event.visible) said.classList.add("visible")
  line.append(said, make("span", `verdict ${event.verdict_tone}`, event.verdict))
  one.append(line)
  if (event.remark) one.append(make("p", "remark", event.remark))
  if (event.remark) said.append(make("span", "short", ` ${words.why}`))
  one.open = opened.has(event.number)
  const fill = () => {
    if (one.open && !one.querySelector("pre")) one.append(make("pre", "", pretty(event.raw)))
  }
  one.addEventListener("toggle", () => {
    opened[one.open ? "add" : "delete"](event.number)
    fill()
  })
  fill()
  return one
}

export default function ({ data, parentElement }) {
  const list = parentElement.querySelector(".events")
  const drawn = JSON.stringify(data)
  if (list.dataset.drawn === drawn) return
  list.dataset.drawn = drawn
  list.opened ??= new Set()
  const { words } = data
  const head = make("div", "head")
  for (const name of ["number", "at", "gap", "kind", "text", "verdict"]) head.append(make("span", name, words[name]))
  list.replaceChildren(head, ...data.events.map((event) => drawEvent(event, words, list.opened)))
}
