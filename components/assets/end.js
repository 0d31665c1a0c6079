
// A column that grows keeps to its end while one is there, and shows the way back while one is not.
const drawEnd = ({ data, parentElement }) => {
  const button = parentElement.querySelector("button")
  button.textContent = "arrow_downward"
  button.title = data.label
  button.setAttribute("aria-label", data.label)
  const cell = parentElement.getRootNode().host?.closest('[class*="st-key-cell-"]')
  const box = cell?.querySelector('[class*="st-key-answer-"]')
  if (!box) return
  if (button.watched?.box === box) {
    button.watched.isLive = data.is_live
    return
  }
  button.watched?.end()
  const watched = { box, isLive: data.is_live, isKept: data.is_live, top: box.scrollTop }
  const far = () => box.scrollHeight - box.scrollTop - box.clientHeight > 48
  const update = () => button.classList.toggle("there", far() && !(watched.isLive && watched.isKept))
  const goToEnd = () => {
    box.scrollTop = box.scrollHeight
    watched.top = box.scrollTop
  }
  const follow = () => {
    if (watched.isLive && watched.isKept) goToEnd()
    update()
  }
  const noteScroll = () => {
    // What grows meanwhile is no reason to let go: only a move upwards is, however small. And only a move downwards
    // takes hold again: our own way to the end is told of late, when the wheel may have let go already.
    if (box.scrollTop < watched.top - 2) watched.isKept = false
    else if (box.scrollTop > watched.top && !far()) watched.isKept = true
    watched.top = box.scrollTop
    update()
  }
  button.onclick = () => {
    watched.isKept = true
    goToEnd()
    update()
  }
  // The wheel is asked itself: before it has moved anything, the next words would take the box back to its end.
  const letGo = (event) => {
    if (event.deltaY < 0) watched.isKept = false
  }
  const observer = new MutationObserver(follow)
  observer.observe(box, { childList: true, subtree: true, characterData: true })
  box.addEventListener("scroll", noteScroll, { passive: true })
  box.addEventListener("wheel", letGo, { passive: true })
  watched.end = () => {
    observer.disconnect()
    box.removeEventListener("scroll", noteScroll)
    box.removeEventListener("wheel", letGo)
  }
  button.watched = watched
  follow()
}
