// Reads a part of a page aloud with a speech synthesis voice of the browser. Without a voice for the page's language there
// is no button.
import { drawn, words } from "./labels.js";

const PARTS = "[hidden], .icon, select, .visually-hidden, input";
const QUESTION = [
  ".play-question, .question-text, .question-instruction, .question-step, .question-step-feedback, .question-situation, .question-choice > span, .question-row-text",
  ".mock-part > span, .feedback-head h2, .feedback p",
].join(", ");
// Croatian and Bosnian voices read Serbian well, but only in the Latin script.
const LATIN = Object.fromEntries(
  [..."абвгдђежзијклмнопрстћуфхцчш"].map((letter, place) => [letter, [..."abvgdđežzijklmnoprstćufhcčš"][place]]),
);
Object.assign(LATIN, { љ: "lj", њ: "nj", џ: "dž" });

const inLatin = (text) =>
  [...text].map((letter) => {
    const small = letter.toLowerCase();
    const found = LATIN[small];
    if (!found) return letter;
    return letter === small ? found : found[0].toUpperCase() + found.slice(1);
  }).join("");

const voiceFor = (language, localOnly) => {
  const wanted = language.startsWith("sr") ? ["sr", "hr", "bs"] : [language.slice(0, 2)];
  const voices = speechSynthesis.getVoices().filter((one) => one.localService || !localOnly);
  for (const code of wanted) {
    const voice = voices.find((one) => one.lang.toLowerCase().replace("_", "-").split("-")[0] === code);
    if (voice) return voice;
  }
  return null;
};

// `pieces` selects the elements to read, in order. `localOnly`: no voice that sends the text to a server.
export const readsAloud = (card, { pieces: selector = QUESTION, localOnly = false } = {}) => {
  if (!("speechSynthesis" in window)) return;
  const said = words(card);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn-quiet read-aloud";
  button.hidden = true;
  const place = document.querySelector("[data-read-aloud-button]");
  if (place) place.append(button);
  else card.prepend(button);
  let readings = 0;
  let reading = 0;

  const show = (sign, word) => button.replaceChildren(drawn(sign), document.createTextNode(` ${word}`));
  const stop = () => {
    reading = 0;
    speechSynthesis.cancel();
    for (const one of card.querySelectorAll(".is-read")) one.classList.remove("is-read");
    show("aloud", said.read);
  };
  const textOf = (piece) => {
    const copy = piece.cloneNode(true);
    for (const silent of copy.querySelectorAll(PARTS)) silent.remove();
    return copy.textContent.replace(/\s+/g, " ").trim();
  };
  const read = (voice) => {
    // The number of this reading, to ignore events of earlier ones.
    const turn = ++readings;
    reading = turn;
    const pieces = [...card.querySelectorAll(selector)].filter((piece) => piece.checkVisibility() && textOf(piece));
    const next = () => {
      for (const one of card.querySelectorAll(".is-read")) one.classList.remove("is-read");
      if (turn !== reading) return;
      const piece = pieces.shift();
      if (!piece) return void stop();
      const text = textOf(piece);
      const utterance = new SpeechSynthesisUtterance(voice.lang.toLowerCase().startsWith("sr") ? text : inLatin(text));
      utterance.voice = voice;
      utterance.lang = voice.lang;
      utterance.rate = 0.95;
      utterance.onend = next;
      utterance.onerror = () => { if (turn === reading) stop(); };
      piece.classList.add("is-read");
      speechSynthesis.speak(utterance);
    };
    show("stop", said.stop);
    next();
  };

  const offer = () => {
    button.hidden = voiceFor(document.documentElement.lang, localOnly) === null;
  };
  stop();
  offer();
  speechSynthesis.addEventListener?.("voiceschanged", offer);
  button.addEventListener("click", () => {
    if (reading) stop();
    else read(voiceFor(document.documentElement.lang, localOnly));
  });
  // Stop reading on navigation.
  addEventListener("pagehide", () => speechSynthesis.cancel());
};
