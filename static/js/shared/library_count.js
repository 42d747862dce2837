// The button says how many resources there will be before it is pressed; without a script it simply shows them.
const PAUSE = 200;
const form = document.querySelector("form[data-count]");
const button = form?.querySelector("[data-count-words]");
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
    // The connection is away: the button works as before.
  }
};

form?.addEventListener("change", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
});

// On a phone the list comes first; without a script the choices stand above it. The page is drawn after this, or it would jump.
if (box && matchMedia("(width < 60em)").matches) box.open = false;
