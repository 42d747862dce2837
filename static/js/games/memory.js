// Memory: cards with a drawing and cards with a word, face down. A pair shows its meaning and fills in the form.
import { soundSwitch, tone } from "./sound.js";
import { make, mixed, words } from "./labels.js";

export const begin = (form) => {
  const page = words(form);
  const rows = [...form.querySelectorAll("[data-word-place]")];
  const meanings = [...form.querySelectorAll("[data-meaning]")];
  for (const plain of form.querySelectorAll("[data-plain]")) plain.hidden = true;

  const stage = make("div", "stage");
  const top = make("div", "stage-top");
  const progress = make("p", "stage-progress");
  const says = make("div", "stage-feedback", "", { role: "status" });
  const board = make("div", "memory-board");
  const done = make("button", "btn btn-primary btn-big", page.say("result"), { type: "submit" });
  let klik = page.klik("hello");
  let open = [];
  let turns = 0;
  let found = 0;
  done.hidden = true;
  top.append(progress, klik);
  stage.append(top, board, says, done);
  form.append(soundSwitch(page), stage);

  const look = (name) => {
    const other = page.klik(name);
    klik.replaceWith(other);
    klik = other;
  };
  const tell = (strong, text = "") => {
    says.replaceChildren(make("b", "", strong), ...(text ? [make("p", "", text)] : []));
  };
  const count = () => {
    progress.textContent = `${page.say("progress", found, rows.length)} · ${page.say("turns", turns)}`;
  };

  const cards = mixed(
    rows.flatMap((row) => [
      { row, picture: row.querySelector("img"), name: row.querySelector("img").dataset.name },
      { row, picture: null, name: row.querySelector("label").textContent.trim() },
    ]),
  );
  const turnDown = (card) => {
    card.button.classList.remove("is-open");
    card.button.setAttribute("aria-label", page.say("card", card.place));
  };
  const turnUp = (card) => {
    card.button.classList.add("is-open");
    card.button.setAttribute("aria-label", `${page.say("card", card.place)}: ${card.name}`);
  };

  const press = (card) => {
    if (card.matched || (open.length === 1 && open.includes(card))) return;
    // Two cards that do not belong together stay open until the next press, which may be on one of them.
    if (open.length === 2) {
      open.forEach(turnDown);
      open = [];
    }
    turnUp(card);
    open.push(card);
    if (open.length === 1) {
      tell(card.name);
      return;
    }
    turns += 1;
    const [first, second] = open;
    if (first.row !== second.row) {
      tell(page.say("different"), `${first.name} · ${second.name}`);
      look("asks");
      tone("hmm");
      count();
      return;
    }
    found += 1;
    open = [];
    const place = card.row.dataset.wordPlace;
    const meaning = meanings.find((each) => each.dataset.of === place);
    card.row.querySelector("select").value = meaning.dataset.meaning;
    for (const each of [first, second]) {
      each.matched = true;
      each.button.classList.add("is-matched");
      each.button.setAttribute("aria-disabled", "true");
    }
    const word = card.row.querySelector("label").textContent.trim();
    const why = card.row.querySelector("[data-explanation]")?.textContent ?? "";
    tell(`${word}: ${meaning.querySelector("span").textContent}`, why);
    look("celebrates");
    tone(found === rows.length ? "end" : "good");
    count();
    if (found === rows.length) {
      done.hidden = false;
      done.focus();
    }
  };

  for (const [index, card] of cards.entries()) {
    card.place = index + 1;
    card.button = make("button", "memory-card", "", { type: "button" });
    card.button.dataset.pair = card.row.dataset.wordPlace;
    const face = make("span", "memory-face", card.picture ? "" : card.name, { "aria-hidden": "true" });
    if (card.picture) face.append(card.picture.cloneNode());
    card.button.append(face);
    card.button.addEventListener("click", () => press(card));
    turnDown(card);
    board.append(card.button);
  }
  count();
  tell(page.say("memory"));
};
