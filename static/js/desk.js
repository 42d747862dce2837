// The desk by keyboard: every control with data-key answers to its key, never while somebody types.
// data-focus-key puts the cursor there. Questions that are asked only where illegal are hidden otherwise.

const typing = (element) =>
  element.matches("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=submit], [type=button])");

document.addEventListener("keydown", (event) => {
  const wanted = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if ((event.ctrlKey || event.metaKey) && wanted === "s") {
    const form = document.querySelector("[data-assessment]");
    if (form) {
      event.preventDefault();
      form.requestSubmit();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  // Enter belongs to a focused link or button; everywhere else it sends the assessment.
  if (wanted === "Enter" && event.target.matches("a, button, summary")) return;
  const focused = document.querySelector(`[data-focus-key="${CSS.escape(wanted)}"]`);
  if (focused) {
    event.preventDefault();
    focused.focus();
    return;
  }
  const control = [...document.querySelectorAll(`[data-key="${CSS.escape(wanted)}"]`)].find((one) => one.checkVisibility());
  if (!control) return;
  event.preventDefault();
  control.click();
  if (control.matches("input")) control.focus();
});

const assessment = document.querySelector("[data-assessment]");
if (assessment) {
  const adapt = () => {
    const verdict = assessment.querySelector("input[data-verdict]:checked")?.dataset.verdict;
    for (const question of assessment.querySelectorAll("[data-only-if-illegal]")) {
      question.hidden = verdict !== undefined && verdict !== "illegal";
    }
  };
  assessment.addEventListener("change", adapt);
  adapt();
}
