// "More" in the header closes when one goes on: with Escape, by a click beside it, by leaving it with the keyboard. Without a script its own word closes it.
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
