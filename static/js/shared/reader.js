// Keeps the chosen reader in this browser only, and opens pages that can be ordered for this reader (`data-readers`) with the reader in the
// address. The server orders them. Without this script the links of each page choose the reader.
const KEY = "reader";
const page = new URL(location.href);

const stored = () => {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
};

const store = (reader) => {
  try {
    if (reader) localStorage.setItem(KEY, reader);
    else localStorage.removeItem(KEY);
  } catch {
    // Without storage the choice lasts for this page.
  }
};

// The address of the page may name a folded text. Current browsers unfold it themselves.
const unfold = () => {
  const target = document.getElementById(location.hash.slice(1));
  const folded = target?.closest("details");
  if (!folded) return;
  folded.open = true;
  target.scrollIntoView();
};

if (stored() && !page.searchParams.has(KEY) && document.querySelector("[data-readers]")) {
  page.searchParams.set(KEY, stored());
  location.replace(page);
}
unfold();
addEventListener("hashchange", unfold);
for (const link of document.querySelectorAll("[data-reader]")) {
  link.addEventListener("click", () => store(link.dataset.reader));
}
