// Sends a form of content to the server while it is filled in, which keeps it until it is saved; shows who else edits the
// record. Nothing is stored in the browser, and no files are sent.
const box = document.querySelector("[data-autosave]");
const form = document.querySelector("#content-main > form");
const PAUSE = 1500;
const LOOK_AFTER = 20000;
// Browsers refuse more than 64 KiB in all requests with `keepalive`.
const MOST_KEPT_ALIVE = 30000;
let timer = 0;
let sent = "";
let sending = null;
let isFailed = false;
let isLeaving = false;

const values = () => {
  const data = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") data.append(name, value);
  return data;
};

const state = document.createElement("span");
state.className = "autosave-state";
state.setAttribute("role", "status");

const show = (answer) => {
  state.textContent = answer.saved || state.textContent;
  const others = box.querySelector(".autosave-others");
  if (others.textContent !== answer.others) others.textContent = answer.others;
  others.hidden = answer.others === "";
};

const keep = async () => {
  clearTimeout(timer);
  isFailed = false;
  const data = values();
  const body = data.toString();
  if (isLeaving || body === sent) return;
  const before = sent;
  sent = body;
  sending = new AbortController();
  // A hidden page may be closed next. A long form is sent without `keepalive`, and arrives unless that happens at once.
  const keepalive = document.hidden && body.length <= MOST_KEPT_ALIVE;
  try {
    const answer = await fetch(box.dataset.autosave, { method: "POST", body: data, signal: sending.signal, keepalive });
    // An expired session redirects to the login page.
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    show(await answer.json());
  } catch (error) {
    sent = before;
    // A form that is too large stays too large until the next key.
    isFailed = error.message !== "413";
    if (!isLeaving) state.textContent = box.dataset.failed;
  }
};

const look = async () => {
  if (isFailed) await keep();
  if (document.hidden || isLeaving) return;
  try {
    const answer = await fetch(box.dataset.autosave);
    if (answer.ok && !answer.redirected) show(await answer.json());
  } catch {
    // On a connection failure, look again later.
  }
};

if (box && form) {
  (form.querySelector(".submit-row:last-of-type") ?? form).append(state);
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  };
  // An offer of earlier changes is decided first: typing would replace them.
  if (!("offered" in box.dataset)) {
    // Rich text editors rewrite their text areas when they start.
    setTimeout(() => { if (!sent) sent = "typed" in box.dataset ? "" : values().toString(); }, 0);
    if ("typed" in box.dataset) soon();
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    document.addEventListener("visibilitychange", () => { if (document.hidden || isFailed) keep(); });
  }
  form.addEventListener("submit", (event) => {
    // A preview in a new window does not save the form.
    if (event.submitter?.formTarget === "_blank") return;
    isLeaving = true;
    clearTimeout(timer);
    sending?.abort();
  });
  setInterval(look, LOOK_AFTER);
}
