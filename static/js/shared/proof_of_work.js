// Solves the proof of work of a form (ALTCHA, SHA-256) in a worker, which is this same file. The question is for
// browsers without scripts.

const BATCH = 250;

async function solve({ algorithm, challenge, maxNumber, salt }, report) {
  const encoder = new TextEncoder();
  const wanted = Uint8Array.from(challenge.match(/../g), (pair) => parseInt(pair, 16));
  const matches = (digest) => new Uint8Array(digest).every((byte, index) => byte === wanted[index]);
  for (let start = 0; start <= maxNumber; start += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, maxNumber - start + 1) }, (_, index) => start + index);
    const digests = await Promise.all(numbers.map((number) => crypto.subtle.digest(algorithm, encoder.encode(salt + number))));
    const found = digests.findIndex(matches);
    if (found >= 0) return numbers[found];
    report(start / maxNumber);
  }
  throw new Error("no number solves this challenge");
}

function solveInWorker(task, report) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(import.meta.url, { type: "module" });
    const finish = (settle, value) => {
      worker.terminate();
      settle(value);
    };
    worker.onmessage = ({ data }) => ("number" in data ? finish(resolve, data.number) : report(data.progress));
    worker.onerror = (event) => finish(reject, new Error(event.message));
    worker.postMessage(task);
  });
}

async function run(box) {
  const part = (name) => box.querySelector(`[data-challenge-${name}]`);
  const form = box.closest("form");
  const task = JSON.parse(box.dataset.challenge);
  const say = (what) => {
    part("status").textContent = box.querySelector(`[data-challenge-message="${what}"]`).textContent;
  };
  let waiting;
  let working = true;

  // A form submitted before the solution is found is submitted again automatically.
  form.addEventListener("submit", (event) => {
    if (!working) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = () => form.requestSubmit(event.submitter);
    say("working");
  }, true);

  part("question").hidden = true;
  part("work").hidden = false;
  say("working");
  try {
    const number = await solveInWorker(task, (share) => { part("progress").value = Math.round(share * 100); });
    const { algorithm, challenge, salt, signature } = task;
    part("proof").value = btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
    part("progress").value = 100;
    working = false;
    say("done");
    waiting?.();
  } catch {
    working = false;
    part("progress").hidden = true;
    part("question").hidden = false;
    say("failed");
  }
}

if (typeof document === "undefined") {
  addEventListener("message", async ({ data }) => {
    try {
      const number = await solve(data, (progress) => postMessage({ progress }));
      postMessage({ number });
    } catch (error) {
      // A rejected promise does not reach the page's onerror; a thrown error does.
      setTimeout(() => { throw error; });
    }
  });
} else if (crypto.subtle) {
  document.querySelectorAll("[data-challenge]").forEach(run);
}
