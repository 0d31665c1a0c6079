
// On a phone the sidebar covers the conversation that was just asked for.
const uncover = () => {
  if (window.innerWidth < 768) document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click()
}

const drawRow = (row, data, act) => {
  const { words } = data
  const line = make("div", row.id === data.shown ? "row shown" : "row")
  const open = make("button", "open")
  open.append(make("span", "title", row.title))
  const small = row.around || row.folder
  if (small) open.append(make("span", "small", small))
  open.title = row.title
  if (row.id === data.shown) open.setAttribute("aria-current", "page")
  open.onclick = () => {
    act("open", row.id)
    uncover()
  }
  const pin = row.pinned ? "unpin" : "pin"
  line.append(open, menuButton("more_vert", `${words.menu}: ${row.title}`, [
    { icon: row.pinned ? "keep_off" : "keep", label: words[pin], onPress: () => act(pin, row.id) },
    { icon: "edit", label: words.rename, onPress: () => act("rename", row.id) },
    { icon: "folder", label: words.move, onPress: () => act("move", row.id) },
    { icon: "download", label: words.export, onPress: () => act("export", row.id) },
    { icon: "delete", label: words.delete, onPress: () => act("delete", row.id) },
  ]))
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
