// The text with each fragment's boundary: what came in one burst has one colour, and says on hover when it came.
export default function ({ data, parentElement }) {
  const text = parentElement.querySelector(".assembled")
  const drawn = `${data.fragments.length} ${data.first} ${data.words.at} ${data.fragments.filter((one) => one[4]).length}`
  if (text.dataset.drawn === drawn) return
  text.dataset.drawn = drawn
  const said = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_all, name) => values[name])
  const spans = data.fragments.map(([words, at, gap, burst, objection], place) => {
    const span = document.createElement("span")
    span.className = objection ? "bad" : burst % 2 ? "odd" : "even"
    span.textContent = words
    const values = { number: data.first + place + 1, at, gap, burst: burst + 1 }
    span.title = [said(at === null ? data.words.untimed : data.words.at, values), objection].filter(Boolean).join("\n")
    return span
  })
  text.replaceChildren(...spans)
}
