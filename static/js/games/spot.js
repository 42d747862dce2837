// Finding clues on the drawn page: a tap marks a part for good and shows its explanation. A wrong tap costs a point.
// The checkboxes are those of the form.
import { soundSwitch, tone } from "./sound.js";
import { make, once, words } from "./labels.js";

export const begin = (form) => {
  const page = words(form);
  const parts = [...form.querySelectorAll(".mock-part")];
  const total = parts.filter((part) => part.dataset.clue === "yes").length;
  const status = make("p", "play-status", "", { role: "status" });
  form.classList.add("is-live");
  form.prepend(soundSwitch(page));
  form.querySelector(".play-actions").before(status);

  const count = () => {
    const marked = parts.filter((part) => part.querySelector("input").checked);
    const found = marked.filter((part) => part.dataset.clue === "yes").length;
    const points = Math.max(0, 2 * found - marked.length);
    status.replaceChildren(make("span", "", page.say("found", found, total)), make("span", "", page.say("points", points)));
    return found;
  };

  for (const part of parts) {
    const why = part.nextElementSibling;
    const clue = part.dataset.clue === "yes";
    const box = part.querySelector("input");
    box.addEventListener("click", (event) => {
      if (part.classList.contains("is-marked")) event.preventDefault();
    });
    box.addEventListener("change", () => {
      if (!box.checked || part.classList.contains("is-marked")) return;
      why.hidden = false;
      part.classList.add("is-marked", clue ? "is-clue" : "is-harmless");
      why.prepend(make("span", `tag ${clue ? "wash-mint" : "wash-lilac"}`, page.say(clue ? "clue" : "costs")), " ");
      if (!clue) once(part, "is-shaken");
      tone(count() === total ? "end" : clue ? "good" : "hmm");
      status.prepend(make("span", "visually-hidden", `${page.say(clue ? "clue" : "costs")} `));
    });
    // Also show state that the browser restored.
    if (box.checked) box.dispatchEvent(new Event("change"));
  }
  count();
};
