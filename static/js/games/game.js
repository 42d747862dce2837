// Loads the scripts that the page needs. Each kind of game has its own script, and all games work as plain forms
// without scripts. The paths are literal, because computed paths would not get a content hash.
const scripts = {
  sort: () => import("./sort.js"),
  pairs: () => import("./pairs.js"),
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
