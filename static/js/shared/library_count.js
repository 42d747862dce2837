// Shows the number of matching resources on the button. Without scripts the button shows the list only.
const PAUSE = 200;
const form = document.querySelector("form[data-count]");
const button = form?.querySelector("[data-count-text]");
const status = form?.querySelector("[data-count-status]");
const box = form?.querySelector("[data-folds='yes']");
let timer = 0;
let latest = 0;

const ask = async () => {
  const turn = ++latest;
  const wish = new URLSearchParams(new FormData(form));
  wish.delete("r");
  wish.delete("sort");
  try {
    const answer = await fetch(`${form.dataset.count}?${wish}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || turn !== latest) return;
    const { words } = await answer.json();
    button.textContent = words;
    status.textContent = words;
  } catch {
    // On a connection failure the button works as before.
  }
};

form?.addEventListener("change", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
});

// On a phone the list comes first. Without scripts the filters are above it. Runs before rendering, to avoid a layout
// shift.
if (box && matchMedia("(width < 60em)").matches) box.open = false;
