// The projector board: full screen, and the largest letters with which everything fits on the screen.
const button = document.querySelector("[data-full-screen]");
const board = document.querySelector("[data-live]");
const FITS = [1.6, 1.48, 1.36, 1.25, 1.15, 1.07, 1, 0.92, 0.84, 0.77, 0.7, 0.63, 0.57, 0.5];

const fit = () => {
  for (const size of FITS) {
    board.style.setProperty("--fit", size);
    if (document.documentElement.scrollHeight <= innerHeight) return;
  }
};

if (document.fullscreenEnabled) {
  button.hidden = false;
  button.addEventListener("click", () => document.documentElement.requestFullscreen());
  document.addEventListener("fullscreenchange", () => { button.hidden = document.fullscreenElement !== null; });
}

new MutationObserver(fit).observe(board, { childList: true, characterData: true, subtree: true });
addEventListener("resize", fit);
document.fonts.ready.then(fit);
fit();
