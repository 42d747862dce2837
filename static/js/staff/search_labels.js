// Django's search fields (select2) have no name for whoever does not see them until something is chosen: they get that of their label.
const nameAll = () => {
  for (const shown of document.querySelectorAll(".select2-selection__rendered:not([aria-label])")) {
    const select = shown.closest(".select2")?.previousElementSibling;
    const label = select?.labels?.[0]?.textContent.replace(/[\s:]+$/, "").trim();
    if (label) shown.setAttribute("aria-label", label);
  }
};

// They are made after this, and with every row that is added.
new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
nameAll();
