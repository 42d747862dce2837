// Begins what the page needs; each kind of game has a script of its own, and without any of them the page is played as a form.
// Named one by one, for an address that is put together gets no hash.
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
