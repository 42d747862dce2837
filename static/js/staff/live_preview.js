// Shows the public page with the unsaved form beside it. The page runs no scripts, and its links lead nowhere. Without this
// script the button opens the same page in a new window.
const section = document.querySelector("[data-unsaved-preview]");
const form = section?.closest("form");
const frame = section?.querySelector("iframe");
const PAUSE = 800;
let timer = 0;
let latest = 0;

// Files stay here; a sandboxed page with scripts would report each of them.
const withoutScripts = (html) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const each of page.querySelectorAll("script, link[as=script], link[rel=modulepreload]")) each.remove();
  return `<!doctype html>${page.documentElement.outerHTML}`;
};

const show = async () => {
  if (!section.open) return;
  const turn = ++latest;
  const data = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") data.append(name, value);
  try {
    const answer = await fetch(section.dataset.unsavedPreview, { method: "POST", body: data });
    // An expired session redirects to the login page.
    if (!answer.ok || answer.redirected || turn !== latest) return;
    const shown = answer.headers.get("X-Preview");
    section.querySelector(".preview-note").hidden = shown === "typed";
    // A new record has no saved text: the last preview stays.
    if (shown === "none") return;
    const top = frame.contentWindow?.scrollY ?? 0;
    frame.addEventListener("load", () => {
      frame.contentWindow.scrollTo(0, top);
      frame.contentDocument.addEventListener("click", (event) => {
        if (event.target.closest?.("a, [type=submit]")) event.preventDefault();
      });
    }, { once: true });
    frame.srcdoc = withoutScripts(await answer.text());
    frame.hidden = false;
  } catch {
    // On a connection failure, try again at the next change.
  }
};

if (section) {
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  section.addEventListener("toggle", show);
  // It may have been opened before this script ran.
  show();
}
