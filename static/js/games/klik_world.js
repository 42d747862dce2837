// The map and the album of Klik's world: shows collected stickers, draws them as a picture to save, and erases them.
import { eraseAlbum, readAlbum } from "./album.js";
import { words } from "./labels.js";

const section = document.querySelector("[data-album]");
const { say } = words(section);
const stickers = [...section.querySelectorAll("[data-sticker]")];
const status = section.querySelector("[data-album-status]");
const save = section.querySelector("[data-save]");

const show = () => {
  const { games, finds } = readAlbum();
  let found = 0;
  for (const sticker of stickers) {
    const { sticker: name, kind } = sticker.dataset;
    const has = kind === "game" ? name in games : finds.includes(name);
    const stars = kind === "game" ? (games[name]?.length ?? 0) : 0;
    found += has;
    sticker.classList.toggle("is-empty", !has);
    sticker.querySelector("[data-state]").textContent = say(has ? "has" : "missing");
    sticker.querySelector("[data-stars]").textContent = "★".repeat(stars);
    sticker.querySelector("[data-stars-text]").textContent = stars ? say("stars", stars) : "";
  }
  for (const place of document.querySelectorAll("[data-place]")) {
    const has = place.dataset.place in games;
    place.classList.toggle("is-done", has);
    place.querySelector("[data-done]").hidden = !has;
  }
  status.textContent = say("count", found, stickers.length);
  save.disabled = !found;
  return found;
};

const COLUMNS = 4;
const CELL = 220;
const HEAD = 150;

// Draw the collected stickers on a canvas.
const draw = async () => {
  const has = stickers.filter((sticker) => !sticker.classList.contains("is-empty"));
  const canvas = document.createElement("canvas");
  canvas.width = COLUMNS * CELL + 40;
  canvas.height = HEAD + Math.ceil(has.length / COLUMNS) * CELL + 20;
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#fffaf2";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.strokeStyle = "#ffc845";
  paper.lineWidth = 12;
  paper.strokeRect(6, 6, canvas.width - 12, canvas.height - 12);
  paper.fillStyle = "#1b1f3b";
  paper.textAlign = "center";
  paper.font = "800 44px Rubik, sans-serif";
  paper.fillText(say("title"), canvas.width / 2, 80);
  paper.font = "500 24px Rubik, sans-serif";
  paper.fillText(say("count", has.length, stickers.length), canvas.width / 2, 120);
  for (const [place, sticker] of has.entries()) {
    const x = 20 + (place % COLUMNS) * CELL;
    const y = HEAD + Math.floor(place / COLUMNS) * CELL;
    const picture = new Image();
    picture.src = sticker.querySelector("img").src;
    await picture.decode();
    paper.drawImage(picture, x + 30, y + 10, 160, 120);
    paper.font = "600 18px Rubik, sans-serif";
    paper.fillText(sticker.querySelector("[data-name]").textContent, x + CELL / 2, y + 158, CELL - 16);
    paper.fillStyle = "#8a5a00";
    paper.fillText(sticker.querySelector("[data-stars]").textContent, x + CELL / 2, y + 186);
    paper.fillStyle = "#1b1f3b";
  }
  return new Promise((done) => canvas.toBlob(done, "image/png"));
};

save.addEventListener("click", async () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await draw());
  link.download = "klik.png";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  status.textContent = say("saved");
});
section.querySelector("[data-erase]").addEventListener("click", () => {
  eraseAlbum();
  show();
  status.textContent = say("erased");
});
section.querySelector("[data-album-live]").hidden = false;
section.querySelector("[data-album-plain]").hidden = true;
show();
// A page from the browser's back-forward cache shows the album as it is now.
addEventListener("pageshow", (event) => {
  if (event.persisted) show();
});
