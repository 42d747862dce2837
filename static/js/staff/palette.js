// The command palette: Ctrl+K (or the search link of the head) opens it, arrows choose, Enter opens. A combobox with a list
// box (ARIA Authoring Practices); the options come from the search page.

const PAUSE = 150;
const palette = document.getElementById("palette");

if (palette) {
  const input = palette.querySelector("[role=combobox]");
  const list = palette.querySelector("[role=listbox]");
  const empty = palette.querySelector(".palette-empty");
  const status = palette.querySelector("[role=status]");
  let timer;
  let request;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    input.removeAttribute("aria-activedescendant");
    if (!option) return;
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  async function update() {
    request?.abort();
    request = new AbortController();
    const query = new URLSearchParams({ part: "palette", q: input.value });
    try {
      const answer = await fetch(`${palette.dataset.url}?${query}`, { signal: request.signal, redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      list.replaceChildren(...page.body.childNodes);
    } catch (error) {
      if (error.name === "AbortError") return;
      // Signed out, or without a connection: the search page explains it.
      location.assign(`${palette.dataset.url}?${new URLSearchParams({ q: input.value })}`);
      return;
    }
    const number = options().length;
    input.setAttribute("aria-expanded", String(number > 0));
    empty.hidden = number > 0;
    status.textContent = `${status.dataset.label}: ${number}`;
    choose(options()[0]);
  }

  function open() {
    if (palette.open) return;
    palette.showModal();
    input.select();
    update();
  }

  document.addEventListener("keydown", (event) => {
    // The editor of texts uses the same keys for links.
    if (event.defaultPrevented || event.code !== "KeyK" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });

  for (const link of document.querySelectorAll(".open-search")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open();
    });
  }

  palette.querySelector("[data-close]").addEventListener("click", () => palette.close());
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
  });

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(update, PAUSE);
  });

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const all = options();
    const at = all.indexOf(chosen());
    if (event.key === "ArrowDown") choose(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp") choose(all[(at - 1 + all.length) % all.length]);
    else if (event.key === "Enter") chosen()?.click();
    else return;
    event.preventDefault();
  });
}
