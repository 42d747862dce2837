// Texts for scripts, hidden on the page in its language and script.
export const words = (place) => {
  const found = {};
  for (const word of place.querySelectorAll(":scope > [data-texts] > [data-text]")) found[word.dataset.text] = word.textContent;
  return found;
};

// Create an icon button with an accessible name.
export const signButton = (sign, label) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "question-move";
  button.setAttribute("aria-label", label);
  button.append(drawn(sign));
  return button;
};

export const drawn = (sign) => {
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("class", "icon");
  icon.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.querySelector("[data-signs]").dataset.signs}#${sign}`);
  icon.append(use);
  return icon;
};

// Announce changes to screen readers.
export const teller = (place) => {
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  place.after(status);
  return (text) => { status.textContent = text; };
};

// Drag a handle by mouse, pen or touch. `moved(x, y)` is called during the drag, `dropped(x, y)` at the end, `left()`
// on cancel.
export const held = (handle, { began, moved, dropped, left }) => {
  handle.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    began();
    const move = (one) => moved(one.clientX, one.clientY);
    const up = (one) => { end(); dropped(one.clientX, one.clientY); };
    const away = () => { end(); left(); };
    const escape = (one) => { if (one.key === "Escape") away(); };
    const end = () => {
      handle.removeEventListener("pointermove", move);
      handle.removeEventListener("pointerup", up);
      handle.removeEventListener("pointercancel", away);
      removeEventListener("keydown", escape);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", up);
    handle.addEventListener("pointercancel", away);
    addEventListener("keydown", escape);
  });
};
