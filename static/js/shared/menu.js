// Closes the "More" menu on Escape, a click outside, or when the focus leaves it. Without scripts its summary closes
// it.
const more = document.querySelector(".more-box");

const close = (event) => {
  if (more.open && !more.contains(event.target)) more.open = false;
};

if (more) {
  document.addEventListener("click", close);
  document.addEventListener("focusin", close);
  more.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !more.open) return;
    event.stopPropagation();
    more.open = false;
    more.querySelector("summary").focus();
  });
}
