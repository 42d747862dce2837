// Updates a live quiz page without reload, and resends answers after connection failures. data-live: the page;
// data-interval: milliseconds between requests; data-version-url: URL that reports changes (without it the page itself is
// requested); data-content: the replaced element; data-state: the state that matters to the pupil.
import { begin } from "./attempt.js";

const live = document.querySelector("[data-live]");
const words = live?.querySelector("[data-connection-status]");
const every = Number(live?.dataset.interval ?? 3000);
const RETRIES = 20;
let tag = null;
let misses = 0;

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

const lost = (yes) => {
  misses = yes ? misses + 1 : 0;
  words.textContent = misses > 1 ? live.dataset.connectionLost : "";
};

// Change `old` into `fresh` node by node. Unchanged nodes stay, with the focus and the position of a screen reader.
const patch = (old, fresh, keepOpen) => {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeName !== fresh.nodeName || old.id !== fresh.id) return void old.replaceWith(fresh);
  if (old.nodeType !== Node.ELEMENT_NODE) return void (old.data = fresh.data);
  const kept = keepOpen ? ["open"] : [];
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !kept.includes(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !kept.includes(name)) old.setAttribute(name, value);
  }
  const ours = [...old.childNodes];
  const theirs = [...fresh.childNodes];
  theirs.forEach((child, place) => { if (place in ours) patch(ours[place], child, keepOpen); else old.append(child); });
  for (const child of ours.slice(theirs.length)) child.remove();
};

const show = (html, address, always = false) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.querySelector("[data-content]");
  if (!fresh) return location.replace(address);
  const old = live.querySelector("[data-content]");
  // A chosen but unsent answer is kept as long as the question is the same.
  if (!always && live.dataset.versionUrl && fresh.dataset.state === old.dataset.state) return;
  const active = old.contains(document.activeElement) ? document.activeElement : null;
  // On a pupil's page another state has another form. A patched field would keep its old value.
  if (live.dataset.versionUrl) {
    old.replaceWith(fresh);
    begin(fresh);
  } else patch(old, fresh, fresh.dataset.state === old.dataset.state);
  document.title = page.title;
  if (active && !active.isConnected) {
    (document.getElementById(active.id) || live.querySelector("h1")).focus?.();
  }
};

const load = async () => {
  const answer = await fetch(location.href, { headers: tag && !live.dataset.versionUrl ? { "If-None-Match": tag } : {} });
  if (answer.status === 304) return;
  if (!answer.ok) return location.reload();
  if (!live.dataset.versionUrl) tag = answer.headers.get("ETag");
  show(await answer.text(), location.href);
};

const ask = async () => {
  if (!live.dataset.versionUrl) return load();
  const answer = await fetch(live.dataset.versionUrl, { headers: tag ? { "If-None-Match": tag } : {} });
  if (answer.status === 304) return;
  if (!answer.ok) return location.reload();
  const before = tag;
  tag = answer.headers.get("ETag");
  if (before !== null || (await answer.text()) !== live.dataset.version) await load();
};

const send = async (form, data) => {
  for (let turn = 0; turn < RETRIES; turn += 1) {
    try {
      const answer = await fetch(form.action, { method: "POST", body: data });
      lost(false);
      return answer;
    } catch {
      lost(true);
      lost(true);
      await wait(Math.min(1000 * 2 ** turn, 8000));
    }
  }
  return null;
};

// Resend an answer until it arrives. The server counts the first one only.
live?.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-retry]")) return;
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "yes";
  const data = new URLSearchParams(new FormData(form, event.submitter));
  const answer = await send(form, data);
  delete form.dataset.sending;
  if (!answer) return form.submit();
  if (answer.redirected) history.replaceState(null, "", answer.url);
  show(await answer.text(), answer.url, true);
  live.querySelector("[data-content] [data-focus]")?.focus();
});

const follow = async () => {
  for (;;) {
    await wait(every);
    if (live.querySelector("[data-content]").dataset.state === "finished") return;
    if (document.hidden) continue;
    try {
      await ask();
      lost(false);
    } catch {
      lost(true);
    }
  }
};

if (live) follow();
