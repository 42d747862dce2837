// The page "Your own picture": computes the codes of chosen pictures on this device. The form sends only the codes.
import { isFaithful, NoCode, startReader } from "./picture.js";

const SHOWN_DIGITS = 12;

const begin = (page) => {
  const part = (name) => page.querySelector(`[data-${name}]`);
  const choose = part("choose");
  const list = part("codes");
  const send = part("send");
  const limit = Number(page.dataset.maxPictures);
  const read = startReader({ maxBytes: Number(page.dataset.maxBytes), maxPixels: Number(page.dataset.maxPixels) });

  const say = (what, isProblem = false) => {
    part("status").textContent = what ? page.querySelector(`[data-message="${what}"]`).textContent : "";
    part("status").classList.toggle("is-problem", isProblem);
  };
  const count = () => list.children.length;
  const showForm = () => {
    send.hidden = count() === 0;
    [...list.children].forEach((item, index) => {
      item.querySelectorAll("[data-number]").forEach((number) => { number.textContent = index + 1; });
    });
  };

  const add = (code) => {
    if ([...list.querySelectorAll("input")].some((input) => input.value === code)) return;
    const item = part("code").content.firstElementChild.cloneNode(true);
    item.querySelector("input").value = code;
    item.querySelector("code").textContent = `${code.slice(0, SHOWN_DIGITS).match(/..../g).join(" ")}…`;
    item.querySelector("button").addEventListener("click", () => {
      item.remove();
      showForm();
      say("removed");
      choose.focus();
    });
    list.append(item);
    showForm();
  };

  // Returns the code of the first problem, or "done". Other pictures are read nevertheless.
  const readAll = async (files) => {
    let outcome = "done";
    for (const file of files) {
      if (count() >= limit) return outcome === "done" ? "too-many" : outcome;
      part("progress").value = 0;
      try {
        add(await read(file, (share) => { part("progress").value = Math.round(share * 100); }));
      } catch (error) {
        const code = error instanceof NoCode ? error.code : "failed";
        if (code === "falsified") return code;
        if (outcome === "done") outcome = code;
      }
    }
    return outcome;
  };

  choose.addEventListener("change", async () => {
    const files = [...choose.files];
    if (!files.length) return;
    choose.disabled = true;
    part("progress").hidden = false;
    say("working");
    const outcome = await readAll(files);
    part("progress").hidden = true;
    choose.disabled = false;
    // The page holds no file longer than necessary.
    choose.value = "";
    if (outcome === "falsified") {
      refuse();
      return;
    }
    say(outcome, outcome !== "done");
    choose.focus();
  });

  const refuse = () => {
    list.replaceChildren();
    showForm();
    say("");
    part("work").hidden = true;
    part("canvas-blocked").hidden = false;
    part("canvas-blocked").focus();
  };

  addEventListener("offline", () => { part("offline").hidden = false; });
  addEventListener("online", () => { part("offline").hidden = true; });
  part("offline").hidden = navigator.onLine;
  return refuse;
};

const page = document.querySelector("[data-own-picture]");
if (page && "Worker" in globalThis && "createImageBitmap" in globalThis) {
  document.querySelector("[data-without-script]").hidden = true;
  page.hidden = false;
  const refuse = begin(page);
  if (!(await isFaithful())) refuse();
}
