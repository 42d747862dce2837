// Sorting game, one card at a time: drag it, or press the button of a bin. Fills in the form, which is submitted at the
// end.
import { draggable } from "./drag.js";
import { soundSwitch, tone } from "./sound.js";
import { make, mixed, once, words } from "./labels.js";

export const begin = (form) => {
  const page = words(form);
  const cards = mixed(form.querySelectorAll("fieldset.sort-card"));
  if (!cards.length) return;
  for (const plain of form.querySelectorAll("[data-plain]")) plain.hidden = true;

  const stage = make("div", "stage");
  const top = make("div", "stage-top");
  const progress = make("p", "stage-progress");
  const card = make("div", "stage-card", "", { tabindex: "-1", role: "group" });
  const bins = make("div", "stage-bins");
  const says = make("div", "stage-feedback", "", { role: "status" });
  const next = make("button", "btn btn-primary btn-big stage-next", page.say("next"), { type: "button" });
  let klik = page.klik("hello");
  top.append(progress, klik);
  stage.append(top, card, bins, says, next);
  form.append(soundSwitch(page), stage);

  const buttons = [...cards[0].querySelectorAll("input")].map((input) => {
    const button = make("button", "stage-bin", input.parentElement.textContent.trim(), { type: "button" });
    button.dataset.bin = input.value;
    button.addEventListener("click", () => put(button));
    bins.append(button);
    return button;
  });
  let at = -1;

  const look = (name) => {
    const other = page.klik(name);
    klik.replaceWith(other);
    klik = other;
  };

  const put = (button) => {
    const fieldset = cards[at];
    if (button.disabled) return;
    const { better } = fieldset.dataset;
    fieldset.querySelector(`input[value="${button.dataset.bin}"]`).checked = true;
    const right = button.dataset.bin === better;
    const belongs = buttons.find((each) => each.dataset.bin === better);
    says.replaceChildren(
      make("b", "", right ? page.say("right") : `${page.say("better")} ${belongs.textContent}.`),
      make("p", "", fieldset.querySelector("[data-explanation]").textContent),
    );
    button.classList.add("is-chosen");
    belongs.classList.add("is-better");
    if (!right) once(card, "is-shaken");
    for (const each of buttons) each.disabled = true;
    look(right ? "celebrates" : "asks");
    tone(right ? "good" : "hmm");
    next.textContent = page.say(at === cards.length - 1 ? "result" : "next");
    next.hidden = false;
    next.focus();
  };

  const show = () => {
    at += 1;
    // On back navigation, browsers show the previous state of the stage.
    if (at >= cards.length) {
      tone("end");
      form.requestSubmit();
      return;
    }
    card.textContent = cards[at].querySelector("legend").textContent;
    progress.textContent = page.say("progress", at + 1, cards.length);
    says.replaceChildren(make("p", "soft", page.say("where")));
    for (const button of buttons) {
      button.disabled = false;
      button.classList.remove("is-chosen", "is-better");
    }
    next.hidden = true;
    if (at) card.focus();
  };

  next.addEventListener("click", show);
  draggable(card, () => (next.hidden ? buttons : []), put);
  // The number keys choose a bin.
  stage.addEventListener("keydown", (event) => {
    const button = buttons[Number(event.key) - 1];
    if (button && next.hidden && !event.ctrlKey && !event.altKey && !event.metaKey) put(button);
  });
  show();
};
