// Begins what the page needs; each kind of game has a script of its own, and without any of them the page is played as a form.
const form = document.querySelector("form[data-game]");
if (form) {
  const { begin } = await import(`./${form.dataset.game}.js`);
  begin(form);
}
if (document.querySelector("[data-go]")) {
  const { begin } = await import("./story.js");
  begin();
}
document.querySelector("[data-result]")?.focus({ preventScroll: true });
