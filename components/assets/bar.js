
const copyText = async (text, words, bar) => {
  const said = bar.querySelector(".said")
  try {
    await navigator.clipboard.writeText(text)
    said.textContent = words.copied
  } catch {
    said.textContent = words.not_copied
  }
  setTimeout(() => { said.textContent = "" }, 1600)
}

const walk = ({ name, at, of, before, after }, words, act) => {
  const around = make("span", "walk")
  const step = (icon, word, to) => {
    const button = iconButton(icon, `${name}: ${word}`, () => act({ what: "walk", to }))
    button.disabled = !to
    return button
  }
  const count = make("span", "", `${at}/${of}`)
  count.title = name
  around.append(step("chevron_left", words.before, before), count, step("chevron_right", words.after, after))
  return around
}

const again = ({ others }, words, act) => {
  const again = { icon: "refresh", label: words.again, onPress: () => act({ what: "again" }) }
  if (others.length < 2) return iconButton("refresh", words.again, again.onPress)
  const by = others.map(([id, title]) => ({
    icon: "south_east", label: title, onPress: () => act({ what: "again", deployment: id }),
  }))
  return menuButton("refresh", words.again, [again, { title: words.again_with }, ...by])
}

const drawBar = ({ data, parentElement, setTriggerValue }) => {
  const bar = parentElement.querySelector(".bar")
  const drawn = JSON.stringify(data)
  if (bar.dataset.drawn === drawn) return
  bar.dataset.drawn = drawn
  const { words } = data
  const act = (what) => setTriggerValue("act", what)
  bar.replaceChildren()
  if (data.text) bar.append(iconButton("content_copy", words.copy, () => copyText(data.text, words, bar)))
  if (data.others) bar.append(again(data, words, act))
  for (const one of data.walks) bar.append(walk(one, words, act))
  if (data.inside) bar.append(iconButton("data_object", words.inside, () => act({ what: "inside" })))
  const items = data.menu.map(({ icon, label, what, confirm, ...more }) => ({
    icon, label, confirm,
    onPress: () => what === "copy question" ? copyText(data.question, words, bar) : act({ what, ...more }),
  }))
  if (items.length) bar.append(menuButton("more_horiz", words.more, items))
  const about = [data.deployment, data.figures].filter(Boolean).join(" · ")
  if (about) bar.append(make("span", "about", about))
  const said = make("span", "said", "")
  said.setAttribute("aria-live", "polite")
  bar.append(said)
}
