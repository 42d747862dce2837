// Keeps the chosen reader in this browser only, and opens pages that can be ordered for this reader with the reader in the address. The server
// orders them. The header marks links and forms that lead to such pages (`data-by-reader`); all links to the same paths carry the reader. A
// page that was opened otherwise (`data-readers`) is loaded again. Without this script the links of each page choose the reader.
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

const ordered = [...document.querySelectorAll("[data-by-reader]")].map((each) => ({
  path: new URL(each.getAttribute("href") ?? each.getAttribute("action"), location.href).pathname,
  below: each.dataset.byReader === "below",
}));

const isOrdered = ({ origin, pathname }) =>
  origin === location.origin &&
  ordered.some(({ path, below }) => (below ? pathname.startsWith(path) : pathname === path));

// A click sets the address, so that links copied from the page do not name the reader.
const carry = (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.button > 1 || "reader" in link.dataset || !stored()) return;
  const address = new URL(link.href);
  if (!isOrdered(address) || address.searchParams.has(KEY)) return;
  address.searchParams.set(KEY, stored());
  link.href = address;
};

const carryInForm = ({ target, formData }) => {
  const action = new URL(target.getAttribute("action") ?? "", location.href);
  if (stored() && target.method === "get" && isOrdered(action) && !formData.has(KEY)) formData.set(KEY, stored());
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
addEventListener("click", carry);
addEventListener("auxclick", carry);
addEventListener("formdata", carryInForm);
for (const link of document.querySelectorAll("[data-reader]")) {
  link.addEventListener("click", () => store(link.dataset.reader));
}
