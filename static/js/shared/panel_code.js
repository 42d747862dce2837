// Moves the code after "#" of a QR code's URL into its field, and removes it from the URL and the history.
const field = document.querySelector("[data-code] [name=code]");
const code = decodeURIComponent(location.hash.slice(1));
if (field && /^[0-9A-Za-z -]{16,24}$/.test(code)) {
  history.replaceState(null, "", location.pathname + location.search);
  if (!field.value) field.value = code;
  field.focus();
}
