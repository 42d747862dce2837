// Reads the pixels of a picture as they are stored: without EXIF rotation, colour management and scaling.
import { withoutMetadata } from "./metadata.js";
import { startWorker } from "./worker.js";

const OPTIONS = { colorSpaceConversion: "none" };
const STRIP_PIXELS = 262144;
// 16 x 8 grey pixels, to be rotated by a quarter (EXIF orientation 6).
const ROTATED =
  "/9j/4AAQSkZJRgABAQAAAQABAAD/4QAiRXhpZgAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/wAALCAAIABABAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AD//Z";

// A picture without codes. `code` is "falsified", "unreadable", "too-large" or "failed".
export class NoCode extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

const stripRows = (width, height) => Math.max(1, Math.min(height, Math.floor(STRIP_PIXELS / width)));

// Yields RGBA bytes of whole rows from top to bottom.
function* strips(bitmap) {
  const { width, height } = bitmap;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = stripRows(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.globalCompositeOperation = "copy";
  context.imageSmoothingEnabled = false;
  for (let top = 0; top < height; top += canvas.height) {
    const rows = Math.min(canvas.height, height - top);
    context.drawImage(bitmap, 0, top, width, rows, 0, 0, width, rows);
    yield context.getImageData(0, 0, width, rows).data;
  }
}

// Opaque pixels that differ from their neighbours, always the same ones.
const knownPixels = (width, height) => {
  const pixels = new Uint8ClampedArray(4 * width * height);
  let state = 1;
  for (let place = 0; place < pixels.length; place += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    pixels[place] = place % 4 === 3 ? 255 : state >>> 24;
  }
  return pixels;
};

const readsBack = async (width, height) => {
  const known = knownPixels(width, height);
  const bitmap = await createImageBitmap(new ImageData(known.slice(), width, height), OPTIONS);
  let place = 0;
  for (const rgba of strips(bitmap)) {
    if (rgba.some((value, index) => value !== known[place + index])) return false;
    place += rgba.length;
  }
  return place === known.length;
};

const keepsOrientation = async () => {
  const bytes = Uint8Array.from(atob(ROTATED), (character) => character.charCodeAt(0));
  const picture = await withoutMetadata(new Blob([bytes], { type: "image/jpeg" }));
  const { width, height } = await createImageBitmap(picture, OPTIONS);
  return width === 16 && height === 8;
};

// Whether this browser returns the pixels that were drawn, on a canvas of this size. Some browsers falsify them against tracking.
export const isFaithful = async (width = 128, height = 128) => {
  try {
    return (await readsBack(width, stripRows(width, height))) && (await keepsOrientation());
  } catch {
    return false;
  }
};

// Returns a function that returns the code of a file: its SHA-256, and for pictures without transparency its PDQ and the quality.
// Raises NoCode.
export const startReader = ({ maxBytes, maxPixels }) => {
  const work = startWorker();
  const run = async (...step) => {
    try {
      return await work(...step);
    } catch {
      throw new NoCode("failed");
    }
  };

  const open = async (file) => {
    if (file.size > maxBytes) throw new NoCode("too-large");
    let bitmap;
    try {
      bitmap = await createImageBitmap(await withoutMetadata(file), OPTIONS);
    } catch {
      throw new NoCode("unreadable");
    }
    if (bitmap.width * bitmap.height > maxPixels) throw new NoCode("too-large");
    return bitmap;
  };

  // `report` is called with the completed share, from 0 to 1.
  return async (file, report) => {
    const bitmap = await open(file);
    const { width, height } = bitmap;
    try {
      if (!(await isFaithful(width, height))) throw new NoCode("falsified");
      await run({ step: "begin", width, height });
      let row = 0;
      for (const rgba of strips(bitmap)) {
        row += rgba.length / (4 * width);
        await run({ step: "rows", rgba: rgba.buffer }, { transfer: [rgba.buffer] });
        report((0.7 * row) / height);
      }
      const found = await run({ step: "finish" }, { report: (share) => report(0.7 + 0.2 * share) });
      const sha256 = await run({ step: "sha256", file }, { report: (share) => report(0.9 + 0.1 * share) });
      return found ? `${sha256}:${found.pdq}:${found.quality}` : sha256;
    } finally {
      bitmap.close();
    }
  };
};
