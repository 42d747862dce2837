// Asks once who reads, keeps the choice in this browser only, moves content for this reader to the front of its list, and unfolds it if it is
// folded. Without this script the links to audiences and ages lead to the same content.
const KEY = "reader";
const ROLES = { "7-10": "children", "11-14": "children", "15-18": "children" };
const choice = document.querySelector("[data-reader-choice]");

const stored = () => {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
};

const store = (reader) => {
  try {
    if (reader) localStorage.setItem(KEY, reader);
    else localStorage.removeItem(KEY);
  } catch {
    // Without storage the choice lasts for this page.
  }
};

// 0: for this reader; 1: for all; 2: for others. A level counts before the role.
const distance = (item, reader) => {
  const readers = item.dataset.for?.split(" ").filter(Boolean) ?? [];
  if (readers.includes(reader)) return 0;
  if (readers.includes(ROLES[reader]) || readers.length === 0) return 1;
  return 2;
};

const lists = [...document.querySelectorAll("[data-readers]")].map((list) => ({ list, items: [...list.children] }));

const arrange = (reader) => {
  for (const { list, items } of lists) {
    const ordered = reader ? items.toSorted((one, other) => distance(one, reader) - distance(other, reader)) : items;
    if (ordered.some((item, place) => item !== list.children[place])) list.append(...ordered);
    if (reader) for (const item of items) if (item.matches("details")) item.open = distance(item, reader) < 2;
  }
};

// The address of the page may name a folded text. Current browsers unfold it themselves.
const unfold = () => {
  const target = document.getElementById(location.hash.slice(1));
  const folded = target?.closest("details");
  if (!folded) return;
  folded.open = true;
  target.scrollIntoView();
};

const show = (reader) => {
  if (!choice) return;
  choice.hidden = false;
  for (const button of choice.querySelectorAll("[data-reader]")) button.setAttribute("aria-pressed", button.dataset.reader === reader);
};

const reader = stored();
if (reader) arrange(reader);
show(reader);
unfold();
addEventListener("hashchange", unfold);
choice?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reader]");
  if (!button) return;
  const wanted = button.getAttribute("aria-pressed") === "true" ? "" : button.dataset.reader;
  store(wanted);
  arrange(wanted);
  show(wanted);
});
