// Ordering rows: by dragging a handle, by buttons, or by number lists as without scripts.
import { held, signButton, teller, words } from "./labels.js";

export const orders = (list) => {
  const said = words(list.closest("fieldset"));
  const tell = teller(list);
  const rows = () => [...list.children];
  const text = (row) => row.querySelector("[data-row-text]").textContent.trim();
  const select = (row) => row.querySelector("select");

  // Set each number list to its row's position.
  const number = () => rows().forEach((row, place) => { select(row).value = String(place + 1); });
  const bound = () => {
    rows().forEach((row, place, all) => {
      row.querySelector("[data-up]").setAttribute("aria-disabled", String(place === 0));
      row.querySelector("[data-down]").setAttribute("aria-disabled", String(place === all.length - 1));
    });
  };
  const settle = (row) => {
    number();
    bound();
    tell(said.moved.replace("%what%", text(row)).replace("%number%", String(rows().indexOf(row) + 1)));
  };
  const put = (row, place) => {
    const others = rows().filter((one) => one !== row);
    list.insertBefore(row, others[place] ?? null);
  };
  const step = (row, by) => {
    const place = rows().indexOf(row) + by;
    if (place < 0 || place >= list.children.length) return;
    put(row, place);
    settle(row);
  };

  const dress = (row) => {
    const name = text(row);
    const grip = signButton("grip", `${name}: ${said.drag}`);
    // Alternative to dragging: two buttons.
    grip.classList.add("question-grip");
    grip.tabIndex = -1;
    grip.setAttribute("aria-hidden", "true");
    const tools = document.createElement("span");
    tools.className = "question-tools";
    for (const [sign, by] of [["up", -1], ["down", 1]]) {
      const button = signButton(sign, `${said[sign]}: ${name}`);
      button.dataset[sign] = "";
      button.addEventListener("click", () => { step(row, by); button.focus(); });
      tools.append(button);
    }
    row.prepend(grip);
    row.append(tools);

    let before = [];
    held(grip, {
      began: () => {
        before = rows();
        row.classList.add("is-dragged");
      },
      moved: (_x, y) => {
        const place = rows().filter((one) => one !== row && y > one.getBoundingClientRect().top + one.offsetHeight / 2).length;
        // Move the other rows. The dragged element must stay in the document, otherwise the drag is cancelled.
        while (rows().indexOf(row) < place) list.insertBefore(row.nextElementSibling, row);
        while (rows().indexOf(row) > place) list.insertBefore(row.previousElementSibling, row.nextElementSibling);
      },
      dropped: () => {
        row.classList.remove("is-dragged");
        settle(row);
      },
      left: () => {
        row.classList.remove("is-dragged");
        list.append(...before);
      },
    });
    // Choosing a number moves the row to that position.
    select(row).addEventListener("change", () => {
      const wanted = Number(select(row).value);
      if (!wanted) return;
      put(row, wanted - 1);
      settle(row);
      select(row).focus();
    });
  };

  // Rows that already have numbers are moved to their positions.
  const numbered = rows().filter((row) => select(row).value).length === list.children.length;
  rows().forEach(dress);
  if (numbered) list.append(...rows().sort((one, other) => select(one).value - select(other).value));
  bound();
};
