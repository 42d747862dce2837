// Keeps the basket in this browser, and puts it into the address of a page of the library that has none. The empty
// parameter `r` means that the basket was emptied. With the parameter `add` the resources are added to the kept basket.
const KEY = "basket";
const here = new URL(location.href);
const slugs = here.searchParams.getAll("r").filter(Boolean);
const attempt = (act) => { try { return act(); } catch { return null; } };
const read = () => {
  const kept = attempt(() => JSON.parse(localStorage.getItem(KEY)));
  return Array.isArray(kept) ? kept : [];
};
const show = (all) => {
  for (const name of ["r", "add"]) here.searchParams.delete(name);
  for (const slug of new Set(all)) here.searchParams.append("r", slug);
  location.replace(here);
};

if (here.searchParams.has("add")) show([...read(), ...slugs]);
else if (slugs.length) attempt(() => localStorage.setItem(KEY, JSON.stringify(slugs)));
else if (here.searchParams.has("r")) attempt(() => localStorage.removeItem(KEY));
else if (read().length) show(read());
