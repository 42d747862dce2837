// After a form came back with mistakes, start reading at their summary.
document.querySelector("[data-focus]")?.focus();
