// Writes a name into the certificate and draws it as an image, in the browser only. The field has no form, so nothing
// is sent.
const WIDTH = 1600;
const HEIGHT = 1130;
const STYLES = {
  head: { size: 96, weight: 800, space: 30 },
  name: { size: 72, weight: 700, space: 40 },
  did: { size: 40, weight: 400, space: 24 },
  quiz: { size: 56, weight: 700, space: 24 },
  score: { size: 44, weight: 500, space: 16 },
  day: { size: 36, weight: 400, space: 56 },
  from: { size: 34, weight: 500, space: 0 },
};
const PAPER = "#fffaf2";
const INK = "#1b1f3b";
const TEAL = "#0b5563";

// Wrap text into lines that fit the sheet.
const broken = (pen, text, widest) => {
  const lines = [];
  for (const word of text.split(/\s+/)) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && pen.measureText(longer).width <= widest) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
};

const draw = async (figure) => {
  await document.fonts.ready;
  const sheet = document.createElement("canvas");
  sheet.width = WIDTH;
  sheet.height = HEIGHT;
  const pen = sheet.getContext("2d");
  pen.fillStyle = PAPER;
  pen.fillRect(0, 0, WIDTH, HEIGHT);
  pen.strokeStyle = TEAL;
  for (const [inset, width] of [[36, 10], [60, 4]]) {
    pen.lineWidth = width;
    pen.strokeRect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset);
  }
  let y = 220;
  const klik = figure.querySelector("[data-certificate-klik]");
  if (klik) {
    await klik.decode();
    pen.drawImage(klik, WIDTH / 2 - 144, 90, 288, 225);
    y = 340;
  }
  pen.textAlign = "center";
  pen.textBaseline = "top";
  for (const line of figure.querySelectorAll("[data-certificate-line]")) {
    const style = STYLES[line.dataset.certificateLine];
    const isName = line.dataset.certificateLine === "name";
    pen.fillStyle = INK;
    pen.font = `${style.weight} ${style.size}px Rubik, sans-serif`;
    const text = line.textContent.trim();
    for (const part of text ? broken(pen, text, WIDTH - 260) : [""]) {
      pen.fillText(part, WIDTH / 2, y, WIDTH - 200);
      y += style.size * 1.2;
    }
    if (isName) {
      pen.fillRect(WIDTH / 2 - 380, y, 760, 4);
      y += 10;
    }
    y += style.space;
  }
  return sheet;
};

const download = async (figure) => {
  const sheet = await draw(figure);
  const blob = await new Promise((resolve) => { sheet.toBlob(resolve, "image/png"); });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = "klikni-bezbedno.png";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};

export const certifies = (part) => {
  const figure = part.querySelector("figure");
  const field = part.querySelector("input");
  const line = figure.querySelector("[data-certificate-line='name']");
  const save = part.querySelector("[data-certificate-save]");
  const paper = part.querySelector("[data-certificate-print]");
  for (const tool of [part.querySelector("[data-certificate-tools]"), save, paper]) tool.hidden = false;
  field.addEventListener("input", () => { line.textContent = field.value; });
  save.addEventListener("click", () => download(figure));
  paper.addEventListener("click", () => print());
};
