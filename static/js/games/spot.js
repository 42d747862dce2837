// Finding clues: each marked part shows its explanation at once. The checkboxes are those of the form.
import { soundSwitch, tone } from "./sound.js";
import { make, once, words } from "./labels.js";

export const begin = (form) => {
  const page = words(form);
  const parts = [...form.querySelectorAll(".mock-part")];
  const total = parts.filter((part) => part.dataset.clue === "yes").length;
  const status = make("p", "play-status", "", { role: "status" });
  form.prepend(soundSwitch(page));
  form.querySelector(".play-actions").before(status);

  const count = () => {
    const found = parts.filter((part) => part.dataset.clue === "yes" && part.querySelector("input").checked).length;
    status.textContent = page.say("found", found, total);
    return found;
  };

  for (const part of parts) {
    const why = part.nextElementSibling;
    const clue = part.dataset.clue === "yes";
    part.querySelector("input").addEventListener("change", (event) => {
      const chosen = event.target.checked;
      why.hidden = !chosen;
      part.classList.toggle("is-clue", chosen && clue);
      part.classList.toggle("is-harmless", chosen && !clue);
      if (!chosen) {
        count();
        return;
      }
      why.querySelector(".tag")?.remove();
      why.prepend(make("span", `tag ${clue ? "wash-mint" : "wash-lilac"}`, page.say(clue ? "clue" : "harmless")), " ");
      if (!clue) once(part, "is-shaken");
      tone(count() === total ? "end" : clue ? "good" : "hmm");
      status.prepend(make("span", "visually-hidden", `${page.say(clue ? "clue" : "harmless")} `));
    });
    // Also show state that the browser restored.
    if (part.querySelector("input").checked) part.querySelector("input").dispatchEvent(new Event("change"));
  }
  count();
};
