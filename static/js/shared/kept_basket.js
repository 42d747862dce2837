// Keeps the basket in this browser, and puts it into the address of a page of the library that has none. The empty
// parameter `r` means that the basket was emptied.
const KEY = "basket";
const here = new URL(location.href);
const slugs = here.searchParams.getAll("r").filter(Boolean);
const attempt = (act) => { try { return act(); } catch { return null; } };

if (slugs.length) attempt(() => localStorage.setItem(KEY, JSON.stringify(slugs)));
else if (here.searchParams.has("r")) attempt(() => localStorage.removeItem(KEY));
else {
  const kept = attempt(() => JSON.parse(localStorage.getItem(KEY)));
  if (Array.isArray(kept) && kept.length) {
    for (const slug of kept) here.searchParams.append("r", slug);
    location.replace(here);
  }
}
