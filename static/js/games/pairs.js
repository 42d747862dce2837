// Pairs in two columns: press a word and then its meaning, or drag one onto the other. Fills in the form, which is
// submitted at the end.
import { draggable } from "./drag.js";
import { soundSwitch, tone } from "./sound.js";
import { make, mixed, once, words } from "./labels.js";

export const begin = (form) => {
  const page = words(form);
  const selects = [...form.querySelectorAll("[data-word-place]")];
  const meanings = [...form.querySelectorAll("[data-meaning]")];
  if (!selects.length) return;
  for (const plain of form.querySelectorAll("[data-plain]")) plain.hidden = true;

  const stage = make("div", "stage");
  const top = make("div", "stage-top");
  const progress = make("p", "stage-progress");
  const columns = make("div", "pair-columns");
  const says = make("div", "stage-feedback", "", { role: "status" });
  const done = make("button", "btn btn-primary btn-big", page.say("result"), { type: "submit" });
  const [left, right] = [make("div", "pair-column"), make("div", "pair-column")];
  let klik = page.klik("hello");
  let held = null;
  let found = 0;
  top.append(progress, klik);
  columns.append(left, right);
  stage.append(top, says, columns, done);
  form.append(soundSwitch(page), stage);

  const button = (text, data, column) => {
    const made = make("button", "pair-button", text, { type: "button", "aria-pressed": "false" });
    Object.assign(made.dataset, data);
    column.append(made);
    return made;
  };
  const ofWords = mixed(selects).map((row) =>
    button(row.querySelector("label").textContent, { place: row.dataset.wordPlace }, left),
  );
  const ofMeanings = mixed(meanings).map((row) =>
    button(row.querySelector("span").textContent, { meaning: row.dataset.meaning, of: row.dataset.of }, right),
  );

  const tell = (strong, text = "") => {
    says.replaceChildren(make("b", "", strong), ...(text ? [make("p", "", text)] : []));
  };

  const hold = (word) => {
    held?.setAttribute("aria-pressed", "false");
    held = word;
    if (word) {
      word.setAttribute("aria-pressed", "true");
      tell(page.say("chosen"), word.textContent);
    }
  };

  const look = (name) => {
    const other = page.klik(name);
    klik.replaceWith(other);
    klik = other;
  };

  const match = (word, meaning) => {
    if (meaning.classList.contains("is-matched") || word.classList.contains("is-matched")) return;
    const row = selects.find((each) => each.dataset.wordPlace === word.dataset.place);
    if (meaning.dataset.of !== word.dataset.place) {
      once(meaning, "is-shaken");
      look("asks");
      tone("hmm");
      hold(word);
      tell(page.say("other"), word.textContent);
      return;
    }
    row.querySelector("select").value = meaning.dataset.meaning;
    for (const each of [word, meaning]) {
      each.classList.add("is-matched");
      each.setAttribute("aria-disabled", "true");
    }
    hold(null);
    found += 1;
    progress.textContent = page.say("progress", found, selects.length);
    tell(page.say("match"), [word.textContent, row.querySelector("[data-explanation]")?.textContent].filter(Boolean).join(": "));
    look("celebrates");
    tone(found === selects.length ? "end" : "good");
    const open = ofWords.find((each) => !each.classList.contains("is-matched"));
    (open ?? done).focus();
  };

  for (const word of ofWords) {
    word.addEventListener("click", () => {
      if (!word.classList.contains("is-matched")) hold(word);
    });
    draggable(word, () => ofMeanings, (meaning) => match(word, meaning));
  }
  for (const meaning of ofMeanings) {
    meaning.addEventListener("click", () => {
      if (held) match(held, meaning);
      else tell(page.say("pair"));
    });
  }
  progress.textContent = page.say("progress", 0, selects.length);
  tell(page.say("pair"));
};
