// Goes through a quiz without a new page each time, so that the browser's own Back leads to the question before, and not to a form
// that it wants to send again. Where anything fails, the form is sent as it would be without a script.
import { begin } from "./attempt.js";

let busy = false;
// What the last page of each play carried: answers that were given stay given, wherever one goes back to.
const tokens = {};

const main = () => document.querySelector("main");
const placeOf = (page) => page.querySelector("[data-place]")?.dataset.place;

const show = (page) => {
  window.speechSynthesis?.cancel();
  for (const part of ["main", "body > .site-footer"]) {
    const fresh = page.querySelector(part);
    if (fresh) document.querySelector(part)?.replaceWith(document.importNode(fresh, true));
  }
  document.title = page.title;
  begin(main());
  // From the top, as a new page would; what has the focus is in sight in any case.
  scrollTo({ top: 0, behavior: "instant" });
  const target = main().querySelector("[data-focus]");
  const heading = main().querySelector("h1");
  heading.tabIndex = -1;
  (target ?? heading).focus();
};

// Sends the fields and shows what is answered; false where that is nothing to be shown here.
const send = async (action, fields) => {
  main().setAttribute("aria-busy", "true");
  const answer = await fetch(action, { method: "POST", body: new URLSearchParams(fields) });
  if (answer.redirected || ![200, 422].includes(answer.status)) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!placeOf(page)) return false;
  show(page);
  return true;
};

// Where this page is, for the browser's list of what was seen.
const here = () => {
  const { play, place } = main().querySelector("[data-place]").dataset;
  const form = main().querySelector("form[method=post]");
  tokens[play] = form.elements.state.value;
  return { play, place, action: form.action, token: tokens[play] };
};

// One entry a question, whatever happens on it; review and result have theirs.
const remember = () => {
  const state = here();
  const known = history.state?.place === state.place && history.state.play === state.play;
  if (known) history.replaceState(state, "");
  else history.pushState(state, "");
};

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (!form.matches("main form[method=post]") || submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  if (busy) return;
  busy = true;
  const fields = new FormData(form, submitter);
  try {
    if (await send(form.action, fields)) {
      remember();
      return;
    }
  } catch {
    // The connection is away: the browser says so better.
  } finally {
    busy = false;
  }
  main().removeAttribute("aria-busy");
  if (submitter?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: submitter.name, value: submitter.value }));
  form.submit();
});

const comeBack = async ({ play, place, action, token }) => {
  const state = tokens[play] ?? token;
  try {
    if (await send(action, place === "result" ? { state, act: "end" } : { state, go: place })) {
      history.replaceState(here(), "");
      return;
    }
  } catch {
    // As above.
  }
  location.reload();
};

addEventListener("popstate", (event) => {
  if (event.state?.place) comeBack(event.state);
  // A link within the page.
  else if (location.hash) history.replaceState(placeOf(document) ? here() : null, "");
  // Before the first question: the page as it was loaded.
  else location.reload();
});

// A page that is loaded again in the middle of a play goes on there.
if (placeOf(document)) history.replaceState(here(), "");
else if (history.state?.place) comeBack(history.state);
