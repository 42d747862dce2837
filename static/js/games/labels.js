// Texts for scripts, rendered on the page in its language and script.
export const words = (form) => {
  const box = form.querySelector("[data-texts]");
  const say = (name, a = "", b = "") =>
    box.querySelector(`[data-text="${name}"]`).textContent.replace("%a%", a).replace("%b%", b);
  const klik = (name) => {
    const picture = box.querySelector(`[data-klik="${name}"]`).cloneNode();
    picture.className = "stage-klik";
    picture.removeAttribute("loading");
    return picture;
  };
  return { say, klik };
};

// Create an element with a class, text and attributes.
export const make = (tag, className = "", text = "", attributes = {}) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};

// Play an animation once, also if it was played before.
export const once = (element, className) => {
  element.classList.remove(className);
  void element.offsetWidth;
  element.classList.add(className);
};

export const mixed = (list) => {
  const rest = [...list];
  const out = [];
  while (rest.length) out.push(...rest.splice(Math.floor(Math.random() * rest.length), 1));
  return out;
};
