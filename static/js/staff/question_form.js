// Question form: shows the fields of the chosen kind, and on its own page a preview of the question. Without scripts all
// fields are visible.
const PAUSE = 500;
const OF_CHOICES = ["match", "weight", "feedback", "missed", "role", "tolerance", "at", "leads_to"];

const boxOf = (field) => field.closest(".fieldBox") ?? field.closest(".form-row");

// A row is hidden if all its fields are hidden.
const hideRow = (row) => {
  const boxes = row.querySelectorAll(".fieldBox");
  if (boxes.length) row.hidden = [...boxes].every((box) => box.hidden);
};

// `box` contains the fields, `told` the facts about the kinds.
export const equip = (box, told) => {
  const kind = box.querySelector("[name=kind]");
  if (!kind) return;
  const [uses, defaults, sharing] = ["uses", "defaults", "sharing"].map((name) => JSON.parse(told.dataset[name]));

  const showFields = () => {
    const used = uses[kind.value] ?? [];
    const fixed = (defaults[kind.value] ?? []).length;
    for (const field of box.querySelectorAll("#choices-group :is(input, select, textarea)")) {
      const name = field.name.replace(/^choices-[^-]+-/, "").replace(/_(sr|en)$/, "");
      if (OF_CHOICES.includes(name)) boxOf(field).hidden = !used.includes(name);
    }
    // The right answers share the credit.
    for (const option of box.querySelectorAll("#choices-group select[name$='-weight'] option")) {
      option.hidden = sharing.includes(kind.value) && ["50", "25"].includes(option.value);
    }
    box.querySelectorAll("#choices-group .form-row").forEach(hideRow);
    // A kind with fixed answers needs no other ones.
    [...box.querySelectorAll("#choices-group .inline-related:not(.empty-form)")].forEach((row, place) => {
      row.hidden = fixed > 0 && place >= fixed && !row.querySelector("[name$='-text_sr']")?.value;
    });
    const add = box.querySelector("#choices-group .add-row");
    if (add) add.hidden = fixed > 0;
    for (const name of ["frame", "shuffle", "is_true"]) {
      const field = box.querySelector(`[name=${name}]`);
      if (field) field.closest(".form-row").hidden = !used.includes(name) && !field.closest(".fieldBox");
      if (field?.closest(".fieldBox")) field.closest(".fieldBox").hidden = !used.includes(name);
    }
    const situations = box.querySelector("#situations-group");
    if (!situations) return;
    situations.hidden = !used.includes("situations");
    const count = situations.querySelectorAll(".inline-related:not(.empty-form)").length;
    for (const option of box.querySelectorAll(":is([name$='-at'], [name$='-leads_to']) option")) {
      option.hidden = Number(option.value) > count && !option.selected;
    }
  };

  // Fill the default answers of the kind, such as "True" and "False", into empty fields.
  const writeDefaults = () => {
    (defaults[kind.value] ?? []).forEach((words, place) => {
      const fields = ["sr", "en"].map((language) => box.querySelector(`[name="choices-${place}-text_${language}"]`));
      if (fields.some((field) => !field || field.value)) return;
      fields.forEach((field, number) => { field.value = words[number]; });
    });
  };

  kind.addEventListener("change", () => { writeDefaults(); showFields(); });
  document.addEventListener("formset:added", (event) => { if (box.contains(event.target)) showFields(); });
  document.addEventListener("formset:removed", () => { if (box.isConnected) showFields(); });
  writeDefaults();
  showFields();
};

const preview = (form, address) => {
  const frame = form.querySelector(".preview-frame");
  let timer = 0;
  let latest = 0;

  const show = async () => {
    const turn = ++latest;
    try {
      const answer = await fetch(address, { method: "POST", body: new FormData(form) });
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

  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  show();
};

const told = document.querySelector("[data-question-form][data-preview]");
const form = told?.closest("form");
if (form?.querySelector("#id_kind")) {
  form.querySelector("[data-without-script]").hidden = true;
  equip(form, told);
  preview(form, told.dataset.preview);
}
