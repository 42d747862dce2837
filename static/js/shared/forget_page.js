// The Back button may bring a page back from the browser's memory, with its text. Ask the server for one that was sent or left by the quick exit.
let sent = false;
addEventListener("submit", () => {
  sent = true;
});
addEventListener("pageshow", (event) => {
  // The quick exit hides the page.
  const left = document.documentElement.hidden;
  if (!event.persisted || !(sent || left)) return;
  document.documentElement.hidden = true;
  location.reload();
});
