
// The way back to the end of a column, there while the column is scrolled away from it.
const drawEnd = ({ data, parentElement }) => {
  const button = parentElement.querySelector("button")
  button.textContent = "arrow_downward"
  button.title = data.label
  button.setAttribute("aria-label", data.label)
  const cell = parentElement.getRootNode().host?.closest('[class*="st-key-cell-"]')
  const box = cell?.querySelector('[class*="st-key-answer-"]')
  if (!box || button.dataset.watches) return
  button.dataset.watches = "yes"
  const far = () => box.scrollHeight - box.scrollTop - box.clientHeight > 48
  const update = () => button.classList.toggle("there", far())
  button.onclick = () => box.scrollTo({ top: box.scrollHeight, behavior: "smooth" })
  box.addEventListener("scroll", update, { passive: true })
  new MutationObserver(update).observe(box, { childList: true, subtree: true, characterData: true })
  update()
}
