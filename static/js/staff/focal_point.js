// Sets the focal point of an image by click or keyboard. The two number fields remain as an alternative.
const STEP = 1;
const STRIDE = 10;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const percent = (value) => Math.min(100, Math.max(0, Math.round(Number(value) || 0)));

const element = (tag, className, content = "") => {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = content;
  return made;
};

// Returns the CSS object-position that corresponds to the server's crop: the focal point is centred as far as the edges
// allow.
const place = (length, boxLength, focus) => {
  const spare = length - boxLength;
  if (spare <= 0) return 50;
  return (Math.min(Math.max((length * focus) / 100 - boxLength / 2, 0), spare) / spare) * 100;
};

const begin = (left) => {
  const block = left.closest(".inline-related");
  const row = left.closest(".form-row");
  if (left.id.includes("__prefix__") || !block || row.querySelector(".focal-point")) return;
  const top = block.querySelector('[name$="-focus_y"]');
  const { label, hint, said, crops } = JSON.parse(left.dataset.focalPoint);

  const box = element("div", "focal-point");
  const surface = element("button", "focal-surface");
  const picture = element("img", "");
  const marker = element("span", "focal-marker");
  const words = element("p", "help", hint);
  const status = element("p", "visually-hidden");
  surface.type = "button";
  picture.alt = "";
  picture.draggable = false;
  words.id = `${left.id}_hint`;
  status.setAttribute("role", "status");
  surface.setAttribute("aria-label", label);
  surface.setAttribute("aria-describedby", words.id);
  surface.append(picture, marker);
  const shown = crops.map(({ name, width, height }) => {
    const figure = element("figure", "focal-crop");
    const image = element("img", "");
    image.alt = "";
    image.style.aspectRatio = `${width} / ${height}`;
    figure.append(image, element("figcaption", "", name));
    return { figure, image, width, height };
  });
  const frame = element("div", "focal-crops");
  frame.append(...shown.map(({ figure }) => figure));
  box.append(surface, frame, words, status);

  const draw = () => {
    const x = percent(left.value);
    const y = percent(top.value);
    marker.style.left = `${x}%`;
    marker.style.top = `${y}%`;
    const [wide, high] = [picture.naturalWidth, picture.naturalHeight];
    for (const { image, width, height } of shown) {
      const scale = Math.min(wide / width, high / height);
      image.style.objectPosition = `${place(wide, width * scale, x)}% ${place(high, height * scale, y)}%`;
    }
  };

  const set = (x, y) => {
    left.value = percent(x);
    top.value = percent(y);
    status.textContent = said.replace("{left}", `${left.value} %`).replace("{top}", `${top.value} %`);
    draw();
    for (const input of [left, top]) input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const point = (event) => {
    const area = picture.getBoundingClientRect();
    set(((event.clientX - area.left) / area.width) * 100, ((event.clientY - area.top) / area.height) * 100);
  };

  surface.addEventListener("click", (event) => {
    // A press of the space bar is a click without a position.
    if (event.detail) point(event);
  });
  surface.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse" && event.buttons === 1) point(event);
  });
  surface.addEventListener("keydown", (event) => {
    const way = KEYS[event.key];
    if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const by = event.shiftKey ? STRIDE : STEP;
    set(percent(left.value) + way[0] * by, percent(top.value) + way[1] * by);
  });
  for (const input of [left, top]) input.addEventListener("input", draw);
  picture.addEventListener("load", draw);

  const show = (source) => {
    box.hidden = !source;
    if (!source) return;
    picture.src = source;
    for (const { image } of shown) image.src = source;
  };

  const stored = block.querySelector("img.stored-picture")?.src ?? "";
  // A newly chosen image can be used before the upload.
  block.querySelector('[name$="-upload"]')?.addEventListener("change", ({ target }) => {
    const [file] = target.files;
    if (!file?.type.startsWith("image/")) return show(stored);
    const reader = new FileReader();
    reader.addEventListener("load", () => show(reader.result));
    reader.readAsDataURL(file);
  });
  // A stored picture was chosen: see picture_chooser.js.
  block.addEventListener("picture:chosen", ({ detail }) => {
    show(detail);
    draw();
  });
  show(stored);
  row.prepend(box);
};

const all = (root) => root.querySelectorAll("[data-focal-point]").forEach(begin);
all(document);
document.addEventListener("formset:added", (event) => all(event.target));
