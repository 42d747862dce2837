// Loads the scripts that the page needs. Each kind of game has its own script, and all games work as plain forms
// without scripts. The paths are literal, because computed paths would not get a content hash.
const scripts = {
  sort: () => import("./sort.js"),
  pairs: () => (form.querySelector("[data-memory]") ? import("./memory.js") : import("./pairs.js")),
  spot: () => import("./spot.js"),
  lock: () => import("./lock.js"),
};
const form = document.querySelector("form[data-game]");
if (form) {
  const { begin } = await scripts[form.dataset.game]();
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
