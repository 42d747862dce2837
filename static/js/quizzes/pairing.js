// Assigning rows to a pair or a group: by dragging onto a drop zone, or by lists as without scripts.
import { held, signButton, teller, words } from "./labels.js";

export const pairs = (list) => {
  const said = words(list.closest("fieldset"));
  const tell = teller(list);
  const text = (row) => row.querySelector("[data-row-text]").textContent.trim();
  const select = (row) => row.querySelector("select");

  // Drop zones, one for each group, visible during a drag.
  const bins = document.createElement("div");
  bins.className = "question-bins";
  bins.setAttribute("aria-hidden", "true");
  for (const option of list.querySelector("select").options) {
    if (!option.value) continue;
    const bin = document.createElement("div");
    bin.className = "question-bin";
    bin.dataset.value = option.value;
    bin.textContent = option.textContent;
    bins.append(bin);
  }
  list.after(bins);

  const binAt = (x, y) => [...bins.children].find((bin) => {
    const box = bin.getBoundingClientRect();
    return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
  });
  const mark = (bin) => { for (const one of bins.children) one.classList.toggle("is-over", one === bin); };

  for (const row of list.children) {
    const grip = signButton("grip", `${text(row)}: ${said.drag}`);
    // The list is the alternative to dragging.
    grip.classList.add("question-grip");
    grip.tabIndex = -1;
    grip.setAttribute("aria-hidden", "true");
    row.prepend(grip);
    const end = () => {
      row.classList.remove("is-dragged");
      list.parentElement.classList.remove("is-dragging");
      mark(null);
    };
    held(grip, {
      began: () => {
        row.classList.add("is-dragged");
        list.parentElement.classList.add("is-dragging");
      },
      moved: (x, y) => mark(binAt(x, y)),
      dropped: (x, y) => {
        const bin = binAt(x, y);
        end();
        if (!bin) return;
        select(row).value = bin.dataset.value;
        tell(said.moved.replace("%what%", text(row)).replace("%where%", bin.textContent));
      },
      left: end,
    });
  }
};
