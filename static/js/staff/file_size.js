// Rejects a file that is too large before the upload. Without scripts the server rejects it afterwards.
document.addEventListener("change", ({ target }) => {
  if (!target.matches?.("input[type=file][data-max-sizes]")) return;
  const { video, other, words } = JSON.parse(target.dataset.maxSizes);
  const [file] = target.files;
  const isTooLarge = file && file.size > (file.type.startsWith("video/") ? video : other);
  let note = target.parentElement.querySelector(".too-large");
  if (!note) {
    note = document.createElement("p");
    note.className = "too-large errornote";
    note.setAttribute("role", "alert");
    target.after(note);
  }
  note.hidden = !isTooLarge;
  note.textContent = isTooLarge ? `${file.name}: ${words}` : "";
  if (isTooLarge) target.value = "";
}, true);
