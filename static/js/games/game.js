// Loads the scripts that the page needs. The form of a game names that of its kind, and all games work as plain forms without
// scripts.
const form = document.querySelector("form[data-script]");
if (form) {
  const { begin } = await import(form.dataset.script);
  begin(form);
}
if (document.querySelector("[data-go]")) {
  const { begin } = await import("./story.js");
  begin();
}
document.querySelector("[data-result]")?.focus({ preventScroll: true });
const collect = async () => {
  const note = document.querySelector("[data-finished]");
  if (note) (await import("./album.js")).collect(note);
};
document.addEventListener("game-shown", collect);
await collect();
