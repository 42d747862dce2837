// Keyboard shortcuts of the case page: data-key clicks a control, data-focus-key focuses it, except while typing. Users can
// switch off those of a single character (WCAG 2.1.4). Shows the
// questions about details only where the first answer needs them.

const typing = (element) =>
  element.matches("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=submit], [type=button])");

const hasSingleKeys = !document.body.classList.contains("no-single-keys");

// On a Cyrillic layout, use the Latin letter of the key's position.
const letter = (event) => (/^Key[A-Z]$/.test(event.code) && event.key > "\u007f" ? event.code[3] : event.key).toLowerCase();

// "shift+1" is on the digit's key, whatever character the layout has there.
const keyOf = (event) => {
  if (event.key.length > 1) return event.key;
  if (!event.shiftKey) return letter(event);
  return `shift+${/^Digit\d$/.test(event.code) ? event.code[5] : letter(event)}`;
};

document.addEventListener("keydown", (event) => {
  const wanted = keyOf(event);
  if ((event.ctrlKey || event.metaKey) && wanted === "s") {
    const form = document.querySelector("[data-assessment]");
    if (form) {
      event.preventDefault();
      form.requestSubmit();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (!hasSingleKeys && event.key.length === 1) return;
  // Enter activates a focused link or button. Elsewhere it submits the assessment.
  if (wanted === "Enter" && event.target.matches("a, button, summary")) return;
  const focused = document.querySelector(`[data-focus-key="${CSS.escape(wanted)}"]`);
  if (focused) {
    event.preventDefault();
    focused.closest("details")?.setAttribute("open", "");
    focused.focus();
    return;
  }
  const controls = [...document.querySelectorAll(`[data-key~="${CSS.escape(wanted)}"]`)].filter((one) => one.checkVisibility());
  // If two forms use the key, choose the one with the focus.
  const control = controls.find((one) => one.form?.contains(document.activeElement)) ?? controls[0];
  if (!control) return;
  event.preventDefault();
  control.click();
  if (control.matches("input, summary")) control.focus();
});

// Inserts decrypted content in place, so that input elsewhere on the page is kept. On failure the form is submitted
// normally.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const places = form.dataset.updates?.split(" ");
  if (!places) return;
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const place of places) {
      const old = document.getElementById(place);
      // Keep a reply that is being written, and open details elements.
      const written = old.querySelector("textarea")?.value;
      const fresh = document.importNode(page.getElementById(place), true);
      if (old.open) fresh.open = true;
      old.replaceWith(fresh);
      const field = fresh.querySelector("textarea");
      if (!written || !field) continue;
      field.value = written;
      field.closest("details")?.setAttribute("open", "");
    }
    const opened = document.getElementById(places[0]);
    opened.tabIndex = -1;
    opened.focus();
  } catch {
    button.disabled = false;
    form.submit();
  }
});

const adapt = () => {
  const isNeeded = document.querySelector("[data-assessment] input[data-needs-details]:checked") !== null;
  for (const question of document.querySelectorAll("[data-assessment] [data-details]")) question.hidden = !isNeeded;
};
document.addEventListener("change", adapt);
adapt();
