// Keeps the address of the last lesson in this browser, and offers it on the page without a lesson.
const KEY = "lesson";
const last = document.querySelector("[data-last-lesson]");
const attempt = (act) => { try { return act(); } catch { return null; } };

if (!last) attempt(() => localStorage.setItem(KEY, location.search));
else {
  const query = attempt(() => localStorage.getItem(KEY));
  if (query) {
    last.querySelector("a").search = query;
    last.hidden = false;
  }
}
