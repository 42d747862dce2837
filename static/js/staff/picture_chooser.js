// Chooses a stored picture for a block in a dialog, and takes a picture dropped on the block. Without scripts the editor enters the
// number of the picture, or selects a file.
const FIELDS = ["alt_sr", "alt_en", "licence", "credit", "credit_en", "focus_x", "focus_y"];
const MIDDLE = "50";

const element = (tag, attributes = {}, ...content) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
};

let dialog;
let words;
let grid;
let search;
let chosen;

const load = async (address) => {
  grid.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = document.importNode(page.getElementById("pictures"), true);
    for (const card of fresh.querySelectorAll("[data-picture]")) {
      const name = card.querySelector("p").textContent.trim();
      const button = element("button", { type: "button", class: "btn btn-small", "aria-label": `${words.choose}: ${name}` }, words.choose);
      button.addEventListener("click", () => chosen(card));
      card.querySelector("p").after(button);
    }
    for (const link of fresh.querySelectorAll("nav a")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        load(link.href);
      });
    }
    for (const link of fresh.querySelectorAll("dd a")) Object.assign(link, { target: "_blank", rel: "noopener" });
    grid.replaceChildren(fresh);
  } catch {
    grid.replaceChildren(element("p", { role: "alert" }, words.failed));
  }
  grid.removeAttribute("aria-busy");
};

const build = () => {
  const field = element("input", { type: "search", id: "picture-search", maxlength: "200" });
  const go = element("button", { type: "submit", class: "btn btn-small" }, words.search);
  const close = element("button", { type: "button", class: "btn btn-small btn-quiet" }, words.close);
  search = element("form", { class: "list-filters", role: "search" },
    element("p", {}, element("label", { for: "picture-search" }, words.label), field),
    element("p", { class: "button-row" }, go, close));
  grid = element("div", { class: "chooser-grid", tabindex: "-1" });
  dialog = element("dialog", { class: "picture-dialog", "aria-label": words.title }, element("h2", {}, words.title), search, grid);
  search.addEventListener("submit", (event) => {
    event.preventDefault();
    load(`${words.address}?q=${encodeURIComponent(field.value)}`);
  });
  close.addEventListener("click", () => dialog.close());
  document.body.append(dialog);
};

const begin = (input) => {
  const block = input.closest(".inline-related");
  if (!block || input.id.includes("__prefix__") || block.querySelector(".choose-picture")) return;
  words = JSON.parse(input.dataset.pictureChooser);
  const named = (name) => block.querySelector(`[name$="-${name}"]`);
  const button = element("button", { type: "button", class: "btn btn-small choose-picture" }, words.title);
  const shown = element("img", { class: "chosen-picture", alt: "", hidden: "" });
  const status = element("p", { role: "status", class: "help" });
  input.after(button, shown, status);

  const take = (card) => {
    input.value = card.dataset.picture;
    const kind = named("kind");
    if (kind) kind.value = "image";
    const description = JSON.parse(card.dataset.description);
    for (const name of FIELDS) {
      const field = named(name);
      const isEmpty = field && (!field.value || (name.startsWith("focus") && field.value === MIDDLE));
      if (isEmpty && description[name] !== undefined) field.value = description[name];
    }
    shown.src = card.dataset.small;
    shown.hidden = false;
    status.textContent = words.chosen.replace("{number}", input.value);
    const file = named("upload");
    if (file) file.value = "";
    block.dispatchEvent(new CustomEvent("picture:chosen", { detail: card.dataset.small }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
    dialog.close();
    button.focus();
  };

  button.addEventListener("click", () => {
    if (!dialog) build();
    chosen = take;
    dialog.showModal();
    load(words.address);
  });
  input.addEventListener("input", () => {
    shown.hidden = true;
    status.textContent = "";
  });

  const file = named("upload");
  const zone = file?.closest(".form-row");
  if (!zone) return;
  zone.classList.add("drop-zone");
  zone.append(element("p", { class: "help drop-hint" }, words.drop));
  zone.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    zone.classList.add("is-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => {
    zone.classList.remove("is-over");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    const one = new DataTransfer();
    one.items.add(event.dataTransfer.files[0]);
    file.files = one.files;
    input.value = "";
    shown.hidden = true;
    status.textContent = "";
    file.dispatchEvent(new Event("change", { bubbles: true }));
  });
};

const all = (root) => root.querySelectorAll("[data-picture-chooser]").forEach(begin);
all(document);
document.addEventListener("formset:added", (event) => all(event.target));
