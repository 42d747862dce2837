// The questions of a quiz: added, edited and removed in their list, one at a time. A question is saved by its own form, which
// the server renders; the list is saved with the quiz. Without scripts a question has a page of its own.
import { equip as equipQuestion } from "./question_form.js";
import { equip as equipOrder } from "./row_order.js";

const PAUSE = 1500;
const builder = document.querySelector("[data-quiz-builder]");
const outer = builder.closest("form");
const cards = builder.querySelector(".builder-cards");
const pattern = builder.querySelector(":scope > template");
const status = builder.querySelector(".builder-status");
const total = builder.querySelector("[name=entries-TOTAL_FORMS]");
const bank = builder.querySelector("#bank-search");
// A form cannot contain another one: the fields of a question name theirs.
const inner = document.createElement("form");
inner.id = "question-form";
inner.noValidate = true;

let open = null;
let before = "";
let timer = 0;

const tell = (words) => { status.textContent = words; };

const values = () => new URLSearchParams(new FormData(inner)).toString();

const changed = () => {
  builder.querySelector("[name=entries-TOTAL_FORMS]").dispatchEvent(new Event("change", { bubbles: true }));
};

const addCard = () => {
  const place = Number(total.value);
  const box = document.createElement("div");
  box.innerHTML = pattern.innerHTML.replaceAll("__prefix__", place);
  const card = box.firstElementChild;
  cards.append(card);
  total.value = place + 1;
  card.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: "entries" } }));
  return card;
};

// Fetch a part of the page; null if the connection or the session failed.
const load = async (address, options = {}) => {
  try {
    const answer = await fetch(address, options);
    const box = document.createElement("template");
    box.innerHTML = await answer.text();
    const part = [...box.content.children].find((each) => each.matches(".question-card, .question-editor"));
    if (part) return part;
  } catch {
    // As without an answer.
  }
  tell(builder.dataset.failed);
  return null;
};

const showCard = (card, part) => {
  card.querySelector(".builder-shown").replaceChildren(part);
  const question = card.querySelector("input[name$='-question']");
  if (question) question.value = part.dataset.question;
};

const close = () => {
  if (!open) return;
  clearTimeout(timer);
  const { card } = open;
  open = null;
  const editor = card.querySelector(":scope > .builder-editor");
  editor.replaceChildren();
  editor.hidden = true;
  card.classList.remove("is-open");
  if (!card.querySelector(".question-card")) {
    card.querySelector("input[name$='-question']").value = "";
    card.hidden = true;
    return;
  }
  card.querySelector("[data-open-question]").focus();
};

const keep = async () => {
  const address = open?.editor.dataset.autosave;
  if (!address || values() === before || open.editor.querySelector(".autosave-offer")) return;
  const { editor } = open;
  try {
    const answer = await fetch(address, { method: "POST", body: new URLSearchParams(new FormData(inner)) });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    const said = await answer.json();
    const others = editor.querySelector(".autosave-others");
    editor.querySelector(".autosave-state").textContent = said.saved;
    others.textContent = said.others;
    others.hidden = said.others === "";
  } catch {
    editor.querySelector(".autosave-state").textContent = editor.dataset.failed;
  }
};

// Show the form of a question in its card.
const showEditor = (card, editor, address) => {
  const place = card.querySelector(":scope > .builder-editor");
  place.replaceChildren(editor);
  place.hidden = false;
  card.classList.add("is-open");
  for (const field of editor.querySelectorAll("input, select, textarea, button")) field.setAttribute("form", inner.id);
  const { jQuery } = window.django;
  for (const group of editor.querySelectorAll(".js-inline-admin-formset")) {
    const { name, options } = JSON.parse(group.dataset.inlineFormset);
    const rows = `${name}-group .inline-related`;
    jQuery(rows).stackedFormset(rows, options);
  }
  equipQuestion(editor, editor);
  equipOrder(editor);
  document.dispatchEvent(new CustomEvent("form:extended", { detail: editor }));
  open = { card, editor, address };
  before = values();
  const wrong = editor.querySelector(".form-errors") ?? editor.querySelector(".errornote");
  const first = wrong ?? [...editor.querySelectorAll("textarea, select, input:not([type=hidden])")].find((field) =>
    field.name !== "kind" && field.offsetParent);
  if (wrong) wrong.tabIndex = -1;
  first?.focus();
};

// Save the open question, if something was typed. Return whether no question is open any more.
const save = async (submitter = null) => {
  if (!open) return true;
  const { card, address } = open;
  const data = new FormData(inner);
  if (submitter) data.append(submitter.name, submitter.value);
  if (!submitter && values() === before) {
    close();
    return true;
  }
  clearTimeout(timer);
  const part = await load(address, { method: "POST", body: data });
  if (!part) return false;
  if (part.matches(".question-editor")) {
    showEditor(card, part, address);
    return false;
  }
  showCard(card, part);
  changed();
  close();
  return true;
};

const discard = async (submitter) => {
  const { card, editor, address } = open;
  const data = new FormData(inner);
  data.append(submitter.name, submitter.value);
  await fetch(editor.dataset.autosave, { method: "POST", body: data, redirect: "manual" });
  const part = await load(address);
  if (part) showEditor(card, part, address);
};

const openQuestion = async (card, link) => {
  if (!(await save())) return;
  const address = new URL(link.href);
  address.searchParams.set("_card", "1");
  const level = outer.querySelector("[name=level]")?.value;
  if (!card && level) address.searchParams.set("level", level);
  const part = await load(address);
  if (part) showEditor(card ?? addCard(), part, address);
};

if (outer && inner) {
  document.querySelector("#content").append(inner);
  for (const box of builder.querySelectorAll("[data-needs-script]")) box.hidden = false;
  builder.querySelector("[data-without-script]")?.remove();

  builder.addEventListener("click", (event) => {
    const link = event.target.closest("[data-open-question], [data-new-question]");
    // A new tab or window shows the page of the question.
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      tell("");
      openQuestion(link.closest(".builder-card"), link);
    } else if (event.target.closest("[data-close-question]")) close();
  });

  inner.addEventListener("submit", (event) => {
    event.preventDefault();
    const { submitter } = event;
    if (submitter?.name === "_discard_unsaved") discard(submitter);
    else save(submitter ?? builder.querySelector("[data-save-question]"));
  });

  builder.addEventListener("input", (event) => {
    if (event.target.form !== inner) return;
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });

  // What was typed in an open question is saved before the quiz.
  outer.addEventListener("submit", async (event) => {
    if (!open || values() === before || event.submitter?.formTarget === "_blank") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await save()) outer.requestSubmit(event.submitter);
  }, { capture: true });

  if (bank) {
    // select2 reports its choice by jQuery only.
    window.django.jQuery(bank).on("select2:select", async () => {
      const question = bank.value;
      window.django.jQuery(bank).val(null).trigger("change.select2");
      if (!question) return;
      const there = builder.querySelector(`.question-card[data-question="${question}"]`);
      if (there) {
        there.querySelector("a").focus();
        return;
      }
      const part = await load(builder.dataset.cardUrl.replace("/0/", `/${question}/`));
      if (!part) return;
      showCard(addCard(), part);
      changed();
    });
  }
}
