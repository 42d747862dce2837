// Quick exit: pressing Shift three times leaves the page, on every step of a report.
const WITHIN_MS = 1500;
const exit = document.querySelector("[data-quick-exit]");

function leave() {
  // Blank the page at once, because navigation takes a moment.
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
  // Only Shift alone counts, not Shift with a letter.
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
