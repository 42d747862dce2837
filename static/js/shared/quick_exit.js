// On every step of a report: Shift three times leaves the page.
const WITHIN_MS = 1500;
const exit = document.querySelector("[data-quick-exit]");

function leave() {
  // Blank at once: the next page takes a moment.
  document.documentElement.hidden = true;
  location.replace(exit.href);
}

let presses = [];
let alone = false;
if (exit) {
  exit.addEventListener("click", (event) => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    leave();
  });
  // Shift by itself, down and up: typing capital letters does not count.
  addEventListener("keydown", (event) => {
    alone = event.key === "Shift" && !event.repeat;
    if (!alone) presses = event.key === "Shift" ? presses : [];
  });
  addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    presses = [...presses, event.timeStamp].slice(-3);
    if (presses.length === 3 && presses[2] - presses[0] <= WITHIN_MS) leave();
  });
}
