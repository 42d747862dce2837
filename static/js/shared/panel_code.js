// The code behind "#" in the address of a QR code goes into its field, and out of the address and the history.
const field = document.querySelector("[data-code] [name=code]");
const code = decodeURIComponent(location.hash.slice(1));
if (field && /^[0-9A-Za-z -]{16,24}$/.test(code)) {
  history.replaceState(null, "", location.pathname + location.search);
  if (!field.value) field.value = code;
  field.focus();
}
