
// On a phone the sidebar covers the conversation that was just asked for.
const uncover = () => {
  if (window.innerWidth < 768) document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click()
}

const drawRow = (row, data, act) => {
  const { words } = data
  const line = make("div", row.id === data.shown ? "row shown" : "row")
  const open = make("button", "open")
  open.append(make("span", "title", row.title))
  if (row.small) open.append(make("span", "small", row.small))
  open.title = row.title
  if (row.id === data.shown) open.setAttribute("aria-current", "page")
  open.onclick = () => {
    act("open", row.id)
    uncover()
  }
  const items = row.menu.map(({ icon, label, what, confirm }) => ({ icon, label, confirm, onPress: () => act(what, row.id) }))
  line.append(open, menuButton("more_vert", `${words.menu}: ${row.title}`, items))
  return line
}

const drawConversations = ({ data, parentElement, setTriggerValue }) => {
  const list = parentElement.querySelector(".list")
  const drawn = JSON.stringify(data)
  if (list.dataset.drawn === drawn) return
  list.dataset.drawn = drawn
  const act = (what, id) => setTriggerValue("act", { what, id })
  list.setAttribute("aria-label", data.words.list)
  list.replaceChildren()
  if (!data.groups.length) list.append(make("p", "none", data.words.none))
  for (const group of data.groups) {
    if (group.title) list.append(make("div", "group", group.title))
    for (const row of group.rows) list.append(drawRow(row, data, act))
    if (group.more) {
      const more = make("button", "all", data.words.more)
      more.onclick = () => act("more", "")
      list.append(more)
    }
  }
}
