// Dragging by mouse, pen or touch with pointer events. Draggable elements are also buttons, or have buttons.
const FAR = 8;

// `targets()` returns the elements that accept `source`. `dropped(target)` is called with the one it was dropped on.
export const draggable = (source, targets, dropped) => {
  let from = null;
  let moved = false;
  let over = null;

  const under = (event) =>
    targets().find((target) => {
      const box = target.getBoundingClientRect();
      return (
        event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom
      );
    }) ?? null;

  const end = () => {
    source.classList.remove("is-dragged");
    source.style.removeProperty("translate");
    over?.classList.remove("is-over");
    from = over = null;
  };

  source.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || source.disabled || source.classList.contains("is-matched")) return;
    from = { x: event.clientX, y: event.clientY };
    moved = false;
  });
  source.addEventListener("pointermove", (event) => {
    if (!from) return;
    const [x, y] = [event.clientX - from.x, event.clientY - from.y];
    if (!moved && Math.hypot(x, y) < FAR) return;
    if (!moved) source.setPointerCapture(event.pointerId);
    moved = true;
    source.classList.add("is-dragged");
    source.style.setProperty("translate", `${x}px ${y}px`);
    const now = under(event);
    if (now !== over) {
      over?.classList.remove("is-over");
      now?.classList.add("is-over");
      over = now;
    }
  });
  source.addEventListener("pointerup", (event) => {
    const target = from && moved ? under(event) : null;
    end();
    if (target) dropped(target);
  });
  source.addEventListener("pointercancel", end);
  // A drag is not a click.
  source.addEventListener(
    "click",
    (event) => {
      if (moved) {
        event.stopImmediatePropagation();
        moved = false;
      }
    },
    true,
  );
};
