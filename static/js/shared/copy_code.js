// A button that copies a report's code. Without JavaScript one click selects the code (user-select).
for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  const status = button.nextElementSibling;
  if (!source || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent.trim().replace(/\s+/g, "-"));
      status.textContent = button.dataset.textCopied;
    } catch {
      getSelection().selectAllChildren(source);
    }
  });
}
