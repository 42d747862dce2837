// One keypad of pictures instead of six groups of radio buttons. The radio buttons stay in the form and are sent.
for (const field of document.querySelectorAll("[data-pictures]")) {
  const groups = [...field.querySelectorAll(".picture-places fieldset")].map((group) => [...group.querySelectorAll("input")]);
  const slots = [...field.querySelectorAll(".picture-slots li")];
  const buttons = [...field.querySelectorAll(".keypad .picture")];
  const undo = field.querySelector("[data-undo]");
  const chosen = [];

  const show = () => {
    groups.forEach((group, place) => group.forEach((radio) => (radio.checked = radio.value === chosen[place]?.value)));
    slots.forEach((slot, place) => slot.replaceChildren(...(chosen[place] ? [chosen[place].querySelector("svg").cloneNode(true)] : [])));
    for (const button of buttons) {
      button.setAttribute("aria-pressed", chosen.includes(button));
      button.dataset.place = chosen.indexOf(button) + 1 || "";
    }
    const names = chosen.map((button) => button.textContent).join(", ");
    field.querySelector("[data-chosen]").textContent = `${chosen.length} / ${groups.length} ${names}`;
    undo.setAttribute("aria-disabled", chosen.length === 0);
  };

  for (const button of buttons) {
    button.addEventListener("click", () => {
      if (chosen.length < groups.length && !chosen.includes(button)) chosen.push(button);
      show();
    });
  }
  undo.addEventListener("click", () => {
    chosen.pop();
    show();
  });
  field.querySelector(".picture-places").hidden = true;
  field.querySelector(".keypad").hidden = false;
  show();
}
