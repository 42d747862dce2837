// Shows the texts of one language of a bilingual form at a time. Without this script both are shown.
const KEY = "staff-form-language";
const tabs = document.querySelector(".language-tabs");
const form = tabs?.closest("form");

function rowsOf(language, box = form) {
  const ending = new RegExp(`^field-.+_${language}$`);
  return [...box.querySelectorAll('[class*="field-"]')].filter((row) =>
    [...row.classList].some((name) => ending.test(name)),
  );
}

function isEmpty(row) {
  const field = row.querySelector("input:not([type=hidden], [type=checkbox], [type=file]), textarea");
  return Boolean(field) && field.value.replace(/<[^>]*>/g, "").trim() === "";
}

// The English texts that are empty although their Serbian ones are not.
function countMissing() {
  const filled = new Set();
  for (const row of rowsOf("sr")) if (!isEmpty(row)) filled.add(nameOf(row));
  return rowsOf("en").filter((row) => isEmpty(row) && filled.has(nameOf(row))).length;
}

function nameOf(row) {
  const field = row.querySelector("[name]");
  return field ? field.name.replace(/_(sr|en)$/, "") : "";
}

function markMissing() {
  const missing = countMissing();
  const mark = tabs.querySelector(".missing");
  mark.hidden = missing === 0;
  mark.querySelector("b").textContent = missing;
}

function nameLanguages(box) {
  for (const language of ["sr", "en"]) for (const row of rowsOf(language, box)) row.classList.add(`text-${language}`);
}

function show(language) {
  form.dataset.language = language;
  for (const button of tabs.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.value === language));
  }
  markMissing();
}

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(language) {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Storage is switched off: the choice holds for this page.
  }
}

if (form && rowsOf("sr").length && rowsOf("en").length) {
  nameLanguages(form);
  const hasErrors = document.querySelector(".errornote");
  tabs.hidden = false;
  show(hasErrors ? "both" : (remembered() ?? "sr"));
  tabs.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    remember(button.value);
    show(button.value);
  });
  form.addEventListener("input", markMissing);
  // A question in its card: see quiz_builder.js.
  document.addEventListener("form:extended", (event) => { nameLanguages(event.detail); markMissing(); });
  // A link to a text in the language that is not shown: see form_sections.js.
  document.addEventListener("form:reveal", (event) => {
    const row = event.detail.closest(".text-sr, .text-en");
    const language = row?.classList.contains("text-sr") ? "sr" : "en";
    if (row && form.dataset.language !== "both") show(language);
  });
}
