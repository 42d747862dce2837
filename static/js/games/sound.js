// Short synthesised tones, off by default. The setting lasts for the browser tab.
import { make } from "./labels.js";

const KEY = "games-sound";
const TONES = { good: [523, 784], hmm: [330, 294], end: [523, 659, 784, 1047] };
let context = null;
let on = false;

const remembered = () => {
  try {
    return sessionStorage.getItem(KEY) === "on";
  } catch {
    return false;
  }
};

export const tone = (name) => {
  if (!on) return;
  context ??= new AudioContext();
  TONES[name].forEach((pitch, place) => {
    const start = context.currentTime + place * 0.11;
    const wave = context.createOscillator();
    const loudness = context.createGain();
    wave.type = "triangle";
    wave.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.0001, start);
    loudness.gain.exponentialRampToValueAtTime(0.12, start + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.0001, start + 0.22);
    wave.connect(loudness).connect(context.destination);
    wave.start(start);
    wave.stop(start + 0.25);
  });
};

// The sound switch above a game.
export const soundSwitch = ({ say }) => {
  const tools = make("div", "game-tools");
  const button = make("button", "btn btn-small btn-outline", "", { type: "button" });
  const show = () => {
    button.textContent = say(on ? "sound-on" : "sound-off");
    button.setAttribute("aria-pressed", String(on));
  };
  on = remembered();
  show();
  button.addEventListener("click", () => {
    on = !on;
    try {
      sessionStorage.setItem(KEY, on ? "on" : "off");
    } catch {
      // Without session storage the switch still works.
    }
    show();
    tone("good");
  });
  tools.append(button);
  return tools;
};
