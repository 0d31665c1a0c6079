// The bytes as text, with the line ends that otherwise nobody sees.
const MARKS = { "\r\n": "CRLF", "\n": "LF", "\r": "CR" }

export default function ({ data, parentElement }) {
  const pre = parentElement.querySelector("pre")
  const drawn = `${data.from} ${data.text.length}`
  if (pre.dataset.drawn === drawn) return
  pre.dataset.drawn = drawn
  const parts = data.text.split(/(\r\n|\n|\r)/)
  const nodes = parts.map((part) => {
    if (!(part in MARKS)) return document.createTextNode(part)
    const end = document.createElement("span")
    end.className = "end"
    end.dataset.mark = MARKS[part]
    end.textContent = "\n"
    return end
  })
  pre.replaceChildren(...nodes)
}
