// The bar of alerts: polls for open alerts, shows them with a prefix of the title and a sound. The page has the bar without
// scripts as well.

const bar = document.getElementById("staff-alerts");
const part = (name) => document.getElementById(`alert-${name}`);

const REPEAT = 30_000; // Milliseconds between two sounds while an alert is open.
const FAILURES = 3; // Failed polls after which the page says so.
const SETTING = "alert-sound";

const title = document.title;
let etag = "";
let waiting = {};
let failures = 0;
let polling = false;
let sounded = 0;
let audio;
let isAllowed = false;
let isTried = false;

const show = (name, shown) => {
  if (part(name)) part(name).hidden = !shown;
};

// Sound. Browsers block it until the first click or key on the page.
const isOn = () => {
  try {
    return localStorage.getItem(SETTING) !== "off";
  } catch {
    return true;
  }
};

const isOpen = () => Boolean(bar.querySelector(".alert-line"));

const showSound = () => {
  for (const button of document.querySelectorAll("[data-alert-sound]")) {
    button.querySelector("[data-on]").hidden = !isOn();
    button.querySelector("[data-off]").hidden = isOn();
    button.hidden = false;
  }
  const isSilent = isOn() && isTried && !isAllowed;
  show("silent", isSilent);
  show("sound", isSilent || isOpen());
};

const play = async () => {
  if (!isOn() || !isAllowed) return;
  sounded = Date.now();
  // Of several open pages, one sounds.
  await navigator.locks?.request(SETTING, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    await audio.resume();
    const volume = audio.createGain();
    volume.connect(audio.destination);
    volume.gain.value = 0.2;
    const start = audio.currentTime;
    [660, 880, 660, 880].forEach((frequency, index) => {
      const tone = audio.createOscillator();
      tone.frequency.value = frequency;
      tone.connect(volume);
      tone.start(start + index * 0.25);
      tone.stop(start + index * 0.25 + 0.2);
    });
    await new Promise((done) => setTimeout(done, 1500));
    await audio.suspend();
  });
};

const allowSound = async () => {
  if (!audio || isAllowed) return;
  // Resolved as soon as the browser allows it.
  await audio.resume();
  if (isAllowed) return;
  isAllowed = true;
  if (isOpen() && !sounded) play();
  else audio.suspend();
  showSound();
};

// The audio device is used only for as long as a sound lasts.
const startSound = () => {
  try {
    audio = new AudioContext();
  } catch {
    return; // There is no audio device.
  }
  allowSound();
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, allowSound);
  setTimeout(() => {
    isTried = true;
    showSound();
  }, 500);
};

// Shows the title and the sound that belong to the lines of the bar.
const announce = (found) => {
  const lines = bar.querySelectorAll(".alert-line");
  const label = bar.querySelector("[data-alert-label]")?.textContent;
  document.title = label ? `(${lines.length}) ${label} · ${title}` : title;
  const isNew = Object.keys(found).some((id) => !(id in waiting) || found[id] > waiting[id]);
  waiting = found;
  if (isNew) {
    show("taken", false);
    show("refused", false);
  }
  if (lines.length && (isNew || Date.now() - sounded > REPEAT)) play();
  showSound();
};

const poll = async () => {
  if (polling) return;
  polling = true;
  try {
    const answer = await fetch(bar.dataset.open, {
      headers: etag ? { "If-None-Match": etag } : {},
      redirect: "manual",
      signal: AbortSignal.timeout(8000),
    });
    const isSignedOut = answer.type === "opaqueredirect" || answer.status === 403;
    if (!isSignedOut && answer.status !== 200 && answer.status !== 304) throw new Error(String(answer.status));
    failures = 0;
    show("signed-out", isSignedOut);
    show("offline", false);
    if (isSignedOut) etag = "";
    if (answer.status === 200) {
      const found = await answer.json();
      etag = answer.headers.get("ETag") ?? "";
      // Only a change is announced by screen readers.
      const held = part("lines").querySelector(":focus")?.getAttribute("formaction");
      part("lines").innerHTML = found.lines;
      if (held) bar.querySelector(`[formaction="${CSS.escape(held)}"]`)?.focus();
      announce(found.waiting);
    } else if (!isSignedOut) {
      announce(waiting);
    }
  } catch {
    failures += 1;
    show("offline", failures >= FAILURES);
  } finally {
    polling = false;
  }
};

// Claims without leaving the page, on which something may be half written.
const claim = async (button) => {
  const form = part("claim");
  const line = button.closest(".alert-line");
  button.disabled = true;
  try {
    const answer = await fetch(button.getAttribute("formaction"), {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
      redirect: "manual",
    });
    if (!answer.ok) {
      // Signed out, or an error: the browser shows the page.
      form.action = button.getAttribute("formaction");
      form.submit();
      return;
    }
    const { refused } = await answer.json();
    part("refused").textContent = refused;
    show("refused", refused);
    const link = part("taken").querySelector("a");
    link.textContent = line.querySelector("[data-alert-label]").textContent;
    link.href = line.querySelector("a").href;
    show("taken", !refused);
    if (!refused) link.focus();
    await poll();
  } catch {
    button.disabled = false;
    show("offline", true);
  }
};

if (bar) {
  startSound();
  document.addEventListener("submit", (event) => {
    if (event.target !== part("claim")) return;
    event.preventDefault();
    claim(event.submitter);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#alert-silent button")) allowSound();
    const button = event.target.closest("[data-alert-sound]");
    if (!button) return;
    try {
      localStorage.setItem(SETTING, isOn() ? "off" : "on");
    } catch {
      // Private windows may have no storage: the sound stays on.
    }
    showSound();
  });
  addEventListener("storage", showSound);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && poll());
  try {
    new Worker(bar.dataset.timer).addEventListener("message", poll);
  } catch {
    setInterval(poll, 4000);
  }
  poll();
  showSound();
}
