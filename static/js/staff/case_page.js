// The case page: hides revealed pictures, copies addresses, moves the focus to the first error, and follows changes by other
// people.

const conceal = (box) => {
  box.querySelector(".revealed")?.remove();
  box.querySelector("[data-hide]")?.remove();
  box.querySelector("[data-shown]")?.remove();
  const veil = box.querySelector(".image-cover");
  veil.hidden = false;
  return veil.querySelector("button");
};

const copy = async (button) => {
  const source = document.getElementById(button.dataset.copyFrom);
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    button.nextElementSibling.textContent = button.dataset.textCopied;
  } catch {
    getSelection().selectAllChildren(source);
  }
};

document.addEventListener("click", (event) => {
  const hide = event.target.closest("[data-hide]");
  if (hide) {
    event.preventDefault();
    const chosen = hide.closest(".picture");
    // The key hides all pictures, the pointer the one below it.
    const boxes = event.detail ? [chosen] : [...document.querySelectorAll(".picture:has(.revealed)")];
    for (const box of boxes) conceal(box);
    chosen.querySelector(".image-cover button")?.focus();
  }
  const button = event.target.closest("[data-copy-from]");
  if (button) copy(button);
});

if (!document.querySelector("[autofocus]")) {
  const error = document.querySelector("#content .errorlist");
  const fields = error?.closest("fieldset, form")?.querySelectorAll("input:not([type=hidden]), select, textarea");
  const field = fields && [...fields].find((one) => one.checkVisibility());
  (field ?? document.querySelector("#content [data-focus]"))?.focus();
}

// Parts of the page that a change by another person replaces, unless the user has typed or opened something there.
const PARTS = ["case-top", "content-box", "pictures-box", "hosting-box", "availability-box", "case-decisions", "timeline-box"];
const root = document.querySelector("[data-changes]");
const notice = document.getElementById("case-changed");

const isTouched = (control) => {
  if (control.matches("[type=radio], [type=checkbox]")) return control.checked !== control.defaultChecked;
  if (control.matches("select")) return [...control.options].some((one) => one.selected !== one.defaultSelected);
  return control.matches("textarea, input:not([type=hidden])") && control.value !== control.defaultValue;
};

const isInUse = (part) =>
  part.querySelector(":is(input, select, textarea):focus, .revealed") !== null ||
  // The answers of a refused form are as the page was sent.
  (root.dataset.refused !== undefined && part.id === "case-decisions") ||
  [...part.querySelectorAll("input, select, textarea")].some(isTouched);

// Without the inputs that differ in every response.
const plain = (part) => {
  const copied = document.importNode(part, true);
  for (const input of copied.querySelectorAll("[name=csrfmiddlewaretoken], [name=seen], [name=row]")) input.remove();
  return copied;
};

const refresh = async (change) => {
  const answer = await fetch(root.dataset.page);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  let isKept = false;
  for (const name of PARTS) {
    const [old, fresh] = [document.getElementById(name), page.getElementById(name)];
    if (!old || !fresh) continue;
    if (isInUse(old)) {
      isKept ||= !plain(old).isEqualNode(plain(fresh));
      continue;
    }
    if (old.open) fresh.open = true;
    old.replaceWith(document.importNode(fresh, true));
  }
  // Shows the questions that belong to the answers.
  document.dispatchEvent(new Event("change"));
  notice.querySelector("[data-change]").textContent = change;
  notice.querySelector("[data-unsaved]").hidden = !isKept;
  notice.hidden = false;
};

let version = Number(root?.dataset.version);
let isPolling = false;
const poll = async () => {
  if (isPolling || document.visibilityState === "hidden") return;
  isPolling = true;
  try {
    const answer = await fetch(root.dataset.changes, {
      headers: { "If-None-Match": `"${version}"` },
      redirect: "error",
      signal: AbortSignal.timeout(8000),
    });
    if (answer.status === 200) {
      const found = await answer.json();
      if (found.version > version) await refresh(found.change);
      version = found.version;
    }
  } catch {
    // Not reachable: the bar of alerts says so.
  } finally {
    isPolling = false;
  }
};

if (root) {
  document.addEventListener("visibilitychange", poll);
  try {
    new Worker(root.dataset.timer).addEventListener("message", poll);
  } catch {
    setInterval(poll, 4000);
  }
}
