// The text with each fragment's boundary: what came in one burst has one colour, and says on hover when it came.
export default function ({ data, parentElement }) {
  const text = parentElement.querySelector(".assembled")
  const { first, has_times, language, objections, words } = data
  const drawn = JSON.stringify([data.fragments.length, first, language, objections])
  if (text.dataset.drawn === drawn) return
  text.dataset.drawn = drawn
  const digits = (count) => new Intl.NumberFormat(language, { minimumFractionDigits: count, maximumFractionDigits: count })
  const [seconds, milliseconds] = [digits(3), digits(1)]
  const said = (values) => (has_times ? words.at : words.untimed).replace(/\{(\w+)\}/g, (_all, name) => values[name])
  let before = data.before
  const spans = data.fragments.map(([piece, at, burst], place) => {
    const span = document.createElement("span")
    const objection = objections[first + place]
    span.className = objection ? "bad" : burst % 2 ? "odd" : "even"
    span.textContent = piece
    const values = { number: first + place + 1, burst: burst + 1 }
    Object.assign(values, { at: seconds.format(at), gap: milliseconds.format(1000 * (at - before)) })
    before = at
    span.title = [said(values), objection].filter(Boolean).join("\n")
    return span
  })
  text.replaceChildren(...spans)
}
