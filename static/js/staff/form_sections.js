// Folded sections and rows of long forms: opens those that a link leads to, names rows while they are filled in, and
// moves the focus to the summary of errors, or to the first field of a new record.
const form = document.querySelector("#content-main form, form.staff-form");

const reveal = (target) => {
  for (let box = target?.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
};

const follow = (hash) => {
  const target = hash.length > 1 ? document.getElementById(decodeURIComponent(hash.slice(1))) : null;
  if (!target || !form?.contains(target)) return null;
  document.dispatchEvent(new CustomEvent("form:reveal", { detail: target }));
  reveal(target);
  reveal(target.querySelector?.("details > *"));
  return target;
};

// A rich text editor hides its text area.
const fieldOf = (target) =>
  target.closest(".prose-editor")?.querySelector("[contenteditable]") ??
  (target.matches("input, select, textarea, button") ? target : target.querySelector("input:not([type=hidden]), select, textarea"));

if (form) {
  document.querySelector(".form-errors")?.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && follow(link.getAttribute("href"));
    if (!target) return;
    event.preventDefault();
    const field = fieldOf(target) ?? target;
    field.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  });
  addEventListener("hashchange", () => follow(location.hash)?.scrollIntoView());
  follow(location.hash)?.scrollIntoView();

  form.addEventListener("input", (event) => {
    const row = event.target.closest(".folded-row, .game-fold");
    const name = row?.querySelector("summary .row-name");
    const first = row?.querySelector("input[name$='_sr'], textarea[name$='_sr']");
    if (name && event.target === first) name.textContent = first.value.replace(/<[^>]*>/g, " ").trim().slice(0, 90);
  });

  const summary = document.querySelector(".form-errors") ?? document.querySelector("#content .errornote");
  if (summary) {
    summary.tabIndex = -1;
    summary.focus();
  } else if (location.pathname.endsWith("/add/")) {
    [...form.elements].find((field) => field.matches("input, select, textarea") && !field.disabled && field.offsetParent)?.focus();
  }
}
