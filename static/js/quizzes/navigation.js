// Navigates through a quiz without page loads, so that Back leads to the previous question and not to a form
// resubmission. On any failure the form is submitted normally.
import { begin } from "./attempt.js";

let busy = false;
// The last page's token of each attempt, so that given answers stay given on back navigation.
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
  // Scroll to the top, like a page load. The focused element is visible anyway.
  scrollTo({ top: 0, behavior: "instant" });
  const target = main().querySelector("[data-focus]");
  const heading = main().querySelector("h1");
  heading.tabIndex = -1;
  (target ?? heading).focus();
};

// Submit the fields and show the response. Returns false if it cannot be shown here.
const send = async (action, fields) => {
  main().setAttribute("aria-busy", "true");
  const answer = await fetch(action, { method: "POST", body: new URLSearchParams(fields) });
  if (answer.redirected || ![200, 422].includes(answer.status)) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!placeOf(page)) return false;
  show(page);
  return true;
};

// The history state of this page.
const here = () => {
  const { play, place } = main().querySelector("[data-place]").dataset;
  const form = main().querySelector("form[method=post]");
  tokens[play] = form.elements.state.value;
  return { play, place, action: form.action, token: tokens[play] };
};

// One history entry for each question, and one each for review and result.
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
    // On a connection failure, let the browser show its own error.
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
    // On a connection failure, let the browser show its own error.
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

// A reload during an attempt resumes it.
if (placeOf(document)) history.replaceState(here(), "");
else if (history.state?.place) comeBack(history.state);
