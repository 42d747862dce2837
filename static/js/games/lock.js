// Privacy settings game: shows at once who sees what, with an explanation of each option.
import { soundSwitch, tone } from "./sound.js";
import { make, words } from "./labels.js";

export const begin = (form) => {
  const page = words(form);
  const settings = [...form.querySelectorAll(".lock-setting")];
  const views = [...form.querySelectorAll("[data-viewer]")];
  const status = make("p", "play-status", "", { role: "status" });
  form.prepend(soundSwitch(page));
  form.querySelector(".play-actions").before(status);

  const show = (item, visible) => {
    item.className = visible ? "is-seen" : "is-hidden";
    item.querySelector("[data-seen-label]").hidden = !visible;
    item.querySelector("[data-hidden-label]").hidden = visible;
  };

  const update = () => {
    const chosen = settings.map((setting) => setting.querySelector("input:checked").parentElement);
    for (const view of views) {
      const seen = chosen.map((option) => option.dataset.shows.split(" ").includes(view.dataset.viewer));
      [...view.querySelectorAll("li")].forEach((item, place) => show(item, seen[place]));
      view.querySelector("[data-count]").textContent = seen.filter(Boolean).length;
    }
    const safe = chosen.filter((option) => option.dataset.safe === "yes").length;
    const counts = views.map((view) => view.querySelector("h3").textContent.trim().replace(/\s+/g, " "));
    status.replaceChildren(
      make("span", "", page.say("safe", safe, settings.length)),
      make("span", "status-views", counts.join(" · ")),
    );
    return { chosen, safe };
  };

  for (const setting of settings) {
    setting.addEventListener("change", (event) => {
      for (const why of setting.querySelectorAll("[data-explanation]")) why.hidden = true;
      const option = event.target.parentElement;
      const why = option.nextElementSibling;
      why.hidden = false;
      const { safe } = update();
      setting.classList.remove("is-other", "is-right");
      setting.classList.add(option.dataset.safe === "yes" ? "is-right" : "is-other");
      status.append(make("span", "visually-hidden", `. ${why.textContent.trim().replace(/\s+/g, " ")}`));
      tone(safe === settings.length ? "end" : option.dataset.safe === "yes" ? "good" : "hmm");
    });
  }
  update();
};
