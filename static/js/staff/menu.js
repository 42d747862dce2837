// Folds the menu on wide screens, and remembers it in this browser.
const KEY = "staff-menu";
const root = document.documentElement;

function isFolded() {
  try {
    return localStorage.getItem(KEY) === "folded";
  } catch {
    return false;
  }
}

function fold(folded) {
  root.classList.toggle("menu-folded", folded);
  try {
    localStorage.setItem(KEY, folded ? "folded" : "open");
  } catch {
    // Storage is switched off: the choice holds for this page.
  }
}

root.classList.toggle("menu-folded", isFolded());

document.addEventListener("DOMContentLoaded", () => {
  const menu = document.getElementById("staff-menu");
  if (!menu) return;
  const foldButton = menu.querySelector(".menu-fold");
  const menuButton = document.querySelector(".menu-button");
  foldButton.hidden = false;
  foldButton.addEventListener("click", () => {
    fold(true);
    menuButton.focus();
  });
  menuButton.addEventListener("click", (event) => {
    // On a wide screen the menu is no drawer: the button shows it again.
    if (!matchMedia("(width >= 64rem)").matches) return;
    event.preventDefault();
    fold(false);
    menu.querySelector("a").focus();
  });
});
