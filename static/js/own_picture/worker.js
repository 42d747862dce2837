// Computes the codes of a picture in a worker, which is this same file, so that the page stays responsive.
import { Pdq } from "./pdq.js";
import { sha256 } from "./sha256.js";

let pdq = null;

const answer = {
  begin: ({ width, height }) => { pdq = new Pdq(width, height); },
  rows: ({ rgba }) => pdq.add(new Uint8ClampedArray(rgba)),
  // A transparent picture has other pixels on a canvas than on the server: it has no PDQ.
  finish: (_, report) => (pdq.isOpaque ? pdq.finish(report) : null),
  sha256: ({ file }, report) => sha256(file, report),
};

if (typeof document === "undefined") {
  addEventListener("message", async ({ data }) => {
    try {
      const result = await answer[data.step](data, (share) => postMessage({ share }));
      postMessage({ result });
    } catch {
      postMessage({ failed: true });
    }
  });
}

// Returns a function that lets a new worker do one step at a time. It is loaded at once, for use without a network.
export const startWorker = () => {
  const worker = new Worker(import.meta.url, { type: "module" });
  let current = null;
  let isBroken = false;
  worker.onerror = () => {
    isBroken = true;
    current?.reject(new Error("the worker ended"));
  };
  worker.onmessage = ({ data }) => {
    if ("share" in data) current.report(data.share);
    else if (data.failed) current.reject(new Error("the worker failed"));
    else current.resolve(data.result);
  };
  return (message, { transfer = [], report = () => {} } = {}) =>
    new Promise((resolve, reject) => {
      if (isBroken) throw new Error("the worker ended");
      current = { resolve, reject, report };
      worker.postMessage(message, transfer);
    });
};
