// Reorders form rows that have an order number: by dragging or by buttons. Without scripts the numbers are edited.
const GROUPS = ".inline-group, .game-inner";
const told = document.querySelector("[data-order]");
const [drag, up, down, position] = told.dataset.order.split("|");

const status = document.createElement("p");
status.className = "order-status";
status.setAttribute("role", "status");
document.querySelector("#content").append(status);

const numberOf = (row) => row.querySelector("input[name$='-order'], input[name$='-ORDER']");
const rowsOf = (group) =>
  // An inline table is in a container that looks like a row itself. A row can contain another group.
  [...group.querySelectorAll(".inline-related:not(.game-row), .game-item, tr.form-row")].filter(
    (row) => row.closest(GROUPS) === group && !row.querySelector("tr.form-row") && numberOf(row)
      && !numberOf(row).name.includes("__prefix__") && !row.classList.contains("empty-form"),
  );

// A new row in which nothing was entered: a number would make it an incomplete one.
const isUnchanged = (field) => {
  if (field.matches("select")) {
    const first = [...field.options].findIndex((option) => option.defaultSelected);
    return field.selectedIndex === Math.max(first, 0);
  }
  return field.matches("[type=checkbox], [type=radio]") ? field.checked === field.defaultChecked : field.value === field.defaultValue;
};
const isUntouched = (row) => !row.matches(".has_original, :has([data-number])")
  && [...row.querySelectorAll("input:not([type=hidden]), select, textarea")].every((field) => field === numberOf(row) || isUnchanged(field));

// The numbers follow the positions. The server numbers chapters and annexes separately.
const count = (group) => rowsOf(group).forEach((row, place) => {
  const number = numberOf(row);
  if (isUntouched(row)) return;
  number.value = place + 1;
  const shown = row.querySelector("[data-number]") ?? row.querySelector(":scope > details > summary .row-number");
  if (shown) shown.textContent = place + 1;
});

const move = (group, row, before) => {
  row.parentElement.insertBefore(row, before);
  count(group);
  numberOf(row).dispatchEvent(new Event("change", { bubbles: true }));
  const rows = rowsOf(group);
  status.textContent = position.replace("{place}", rows.indexOf(row) + 1).replace("{all}", rows.length);
};

const equipRow = (group, row) => {
  if (row.classList.contains("is-ordered")) return;
  const tools = document.createElement("span");
  tools.className = "order-tools";
  const make = (sign, name, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.title = name;
    button.setAttribute("aria-label", name);
    if (act) button.addEventListener("click", () => { act(); button.focus(); });
    tools.append(button);
    return button;
  };
  const beside = (step) => {
    const rows = rowsOf(group);
    return rows[rows.indexOf(row) + step];
  };
  const handle = make("⠿", drag, null);
  make("↑", up, () => { const other = beside(-1); if (other) move(group, row, other); });
  make("↓", down, () => { const other = beside(1); if (other) move(group, other, row); });
  // Beside the summary of a folded row, so that the row is moved without being opened.
  if (row.querySelector(":scope > details")) row.append(tools);
  else (numberOf(row).closest("label") ?? numberOf(row)).after(tools);
  row.classList.add("is-ordered");

  let over = null;
  const end = () => {
    row.classList.remove("is-dragged");
    over?.classList.remove("is-over");
    over = null;
  };
  handle.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    row.classList.add("is-dragged");
  });
  handle.addEventListener("pointermove", (event) => {
    if (!row.classList.contains("is-dragged")) return;
    const under = rowsOf(group).find((other) => {
      const box = other.getBoundingClientRect();
      return event.clientY >= box.top && event.clientY <= box.bottom;
    });
    if (under === over) return;
    over?.classList.remove("is-over");
    over = under === row ? null : (under ?? null);
    over?.classList.add("is-over");
  });
  handle.addEventListener("pointerup", () => {
    const target = over;
    end();
    if (!target) return;
    const rows = rowsOf(group);
    move(group, row, rows.indexOf(row) < rows.indexOf(target) ? target.nextElementSibling : target);
  });
  handle.addEventListener("pointercancel", end);
};

// Equip the rows of the groups within `box`.
export const equip = (box) => {
  for (const group of box.querySelectorAll(GROUPS)) rowsOf(group).forEach((row) => equipRow(group, row));
};

equip(document);
document.addEventListener("input", (event) => {
  const row = event.target.closest?.(".is-ordered");
  if (row && !Number(numberOf(row).value)) count(row.closest(GROUPS));
});
document.addEventListener("formset:added", (event) => {
  const group = event.target.closest(GROUPS);
  if (!group || !numberOf(event.target)) return;
  equipRow(group, event.target);
  count(group);
});
