// Labels Django's autocomplete fields (select2) for screen readers. Without a selection they have no accessible name.
const nameAll = () => {
  for (const shown of document.querySelectorAll(".select2-selection__rendered:not([aria-label])")) {
    const select = shown.closest(".select2")?.previousElementSibling;
    const label = select?.labels?.[0]?.textContent.replace(/[\s:]+$/, "").trim();
    if (label) shown.setAttribute("aria-label", label);
  }
};

// They are created later, and with every added row.
new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
nameAll();
