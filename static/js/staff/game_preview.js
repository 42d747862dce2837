// Live preview of a game: submits the whole form and shows the response in a frame, where it can be played. Without
// scripts the button opens the same page in a new window.
const PAUSE = 600;
const section = document.querySelector("[data-preview]");
const frame = section?.querySelector("iframe");
const form = section?.closest("form");
const played = form?.elements.namedItem("preview_played");
const scene = form?.elements.namedItem("preview_scene");
let timer = 0;
let latest = 0;

const show = async () => {
  const turn = ++latest;
  try {
    const answer = await fetch(section.dataset.preview, { method: "POST", body: new FormData(form) });
    if (!answer.ok || turn !== latest) return;
    const top = frame.contentWindow?.scrollY ?? 0;
    frame.addEventListener("load", () => follow(top), { once: true });
    frame.srcdoc = await answer.text();
    frame.hidden = false;
  } catch {
    // On a connection failure, try again at the next change.
  }
};

const soon = () => {
  clearTimeout(timer);
  timer = setTimeout(show, PAUSE);
};

// Public URLs contain the game's progress. In the preview it is sent with the form instead.
const play = (path, query) => {
  scene.value = path.match(/\/games\/[^/]+\/([^/]+)\/$/)?.[1] ?? "";
  played.value = query;
  show();
};

const follow = (top) => {
  const page = frame.contentDocument;
  frame.contentWindow.scrollTo(0, top);
  page.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link) return;
    event.preventDefault();
    if (link.matches("[data-go]")) play(link.pathname, link.search.slice(1));
  });
  page.addEventListener("submit", (event) => {
    event.preventDefault();
    play("", new URLSearchParams(new FormData(event.target)).toString());
  });
  // Forms in a frame without scripts are not submitted, so handle the click.
  for (const button of page.querySelectorAll("form [type=submit]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      play("", new URLSearchParams(new FormData(button.form)).toString());
    });
  }
};

if (section && form) {
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  // Preview the scene that is being edited.
  form.addEventListener("focusin", (event) => {
    const key = event.target.closest("#scenes-group > .game-item > .game-fold > .game-row")?.querySelector("input[name$='-key']")?.value;
    if (key && key !== scene.value) play(`/games/-/${key}/`, "");
  });
  section.querySelector("[data-preview-button]").addEventListener("click", (event) => {
    event.preventDefault();
    play("", "");
  });
  show();
}
