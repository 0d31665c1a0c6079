const guard = (event) => {
  // Safari ends the composition before this key event: only the key code 229 still tells.
  if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopPropagation()
}
