// Loads the next scene of a story, or crossing of a path, into the page without navigation. On failure the link is followed.
const main = document.querySelector("main");

const put = async (address) => {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("main");
  if (!fresh?.querySelector(".game")) throw new Error("no game");
  main.replaceChildren(...fresh.childNodes);
  document.title = page.title;
  document.querySelector(".site-footer")?.replaceWith(page.querySelector(".site-footer"));
  for (const [place, link] of [...document.querySelectorAll(".languages a")].entries()) {
    link.href = page.querySelectorAll(".languages a")[place]?.getAttribute("href") ?? link.href;
  }
  main.querySelector(".scene-page")?.classList.add("is-new");
  return answer.url;
};

const settle = () => {
  scrollTo({ top: 0, behavior: "instant" });
  (main.querySelector("[data-focus-after], [data-result]") ?? main).focus({ preventScroll: true });
};

const go = async (address, keep) => {
  try {
    const there = await put(address);
    if (keep) history.pushState({ game: true }, "", there);
    settle();
    document.dispatchEvent(new Event("game-shown"));
  } catch {
    location.assign(address);
  }
};

export const begin = () => {
  if (!document.querySelector("[data-live]")) return;
  history.replaceState({ game: true }, "");
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-go]");
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(link.href, true);
  });
  addEventListener("popstate", (event) => {
    if (event.state?.game) go(location.href, false);
  });
};
