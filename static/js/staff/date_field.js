// A button beside a date field that opens the browser's calendar and writes the date as the site does. The text field
// alone works as well.
const MONTHS = "January February March April May June July August September October November December".split(" ");

const written = (iso, language) => {
  const [year, month, day] = iso.split("-").map(Number);
  return language === "en" ? `${day} ${MONTHS[month - 1]} ${year}` : `${day}. ${month}. ${year}.`;
};

const read = (text) => {
  const numbers = text.match(/^\s*(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})\.?\s*$/);
  const words = text.match(/^\s*(\d{1,2}) ([a-z]{3,})\.? (\d{4})\s*$/i);
  const month = words && MONTHS.findIndex((name) => name.toLowerCase().startsWith(words[2].toLowerCase())) + 1;
  const [day, number, year] = numbers ? numbers.slice(1) : [words?.[1], month, words?.[3]];
  return day && number ? `${year}-${String(number).padStart(2, "0")}-${day.padStart(2, "0")}` : text.trim();
};

const equip = (field) => {
  if (field.dataset.dateReady || field.name.includes("__prefix__")) return;
  field.dataset.dateReady = "yes";
  const box = document.createElement("span");
  const button = document.createElement("button");
  const calendar = document.createElement("input");
  box.className = "date-button";
  button.type = "button";
  button.setAttribute("aria-label", field.dataset.dateButton);
  button.title = field.dataset.dateButton;
  calendar.type = "date";
  calendar.tabIndex = -1;
  calendar.setAttribute("aria-hidden", "true");
  box.append(button, calendar);
  field.after(box);
  button.addEventListener("click", () => {
    calendar.value = read(field.value);
    calendar.showPicker();
  });
  calendar.addEventListener("change", () => {
    if (!calendar.value) return;
    field.value = written(calendar.value, field.dataset.dateField);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
};

const equipAll = () => document.querySelectorAll("[data-date-field]").forEach(equip);
equipAll();
document.addEventListener("formset:added", equipAll);
