// Question form: shows the fields of the chosen kind and a preview of the question. Without scripts all fields are
// visible.
const told = document.querySelector("[data-question-form]");
const form = told.closest("form");
const kind = form.querySelector("#id_kind");
const uses = JSON.parse(told.dataset.uses);
const defaults = JSON.parse(told.dataset.defaults);
const frame = form.querySelector(".preview-frame");
const PAUSE = 500;
const OF_CHOICES = ["match", "weight", "feedback", "missed", "role", "tolerance", "at", "leads_to"];
let timer = 0;
let latest = 0;

const boxOf = (field) => field.closest(".fieldBox") ?? field.closest(".form-row");

// A row is hidden if all its fields are hidden.
const hideRow = (row) => {
  const boxes = row.querySelectorAll(".fieldBox");
  if (boxes.length) row.hidden = [...boxes].every((box) => box.hidden);
};

const showFields = () => {
  const used = uses[kind.value] ?? [];
  for (const field of form.querySelectorAll("#choices-group :is(input, select, textarea)")) {
    const name = field.name.replace(/^choices-[^-]+-/, "").replace(/_(sr|en)$/, "");
    if (OF_CHOICES.includes(name)) boxOf(field).hidden = !used.includes(name);
  }
  form.querySelectorAll("#choices-group .form-row").forEach(hideRow);
  for (const name of ["frame", "shuffle"]) {
    const field = form.querySelector(`#id_${name}`);
    if (field) boxOf(field).hidden = !used.includes(name);
  }
  const situations = form.querySelector("#situations-group");
  if (situations) situations.hidden = !used.includes("situations");
};

// Fill the default answers of the kind, such as "True" and "False", into empty fields.
const writeDefaults = () => {
  (defaults[kind.value] ?? []).forEach((words, place) => {
    const fields = ["sr", "en"].map((language) => form.querySelector(`[name="choices-${place}-text_${language}"]`));
    if (fields.some((field) => !field || field.value)) return;
    fields.forEach((field, number) => { field.value = words[number]; });
  });
};

const show = async () => {
  const turn = ++latest;
  try {
    const answer = await fetch(told.dataset.preview, { method: "POST", body: new FormData(form) });
    // An expired session redirects to the login page, which is not a preview.
    if (!answer.ok || answer.redirected || turn !== latest) return;
    frame.srcdoc = await answer.text();
    frame.hidden = false;
  } catch {
    // On a connection failure the form keeps its input.
  }
};

const soon = () => {
  clearTimeout(timer);
  timer = setTimeout(show, PAUSE);
};

if (kind) {
  kind.addEventListener("change", () => { writeDefaults(); showFields(); });
  document.addEventListener("formset:added", showFields);
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.querySelector("[data-without-script]").hidden = true;
  showFields();
  show();
}
