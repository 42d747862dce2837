// Fills in the address of a new record from its Serbian title while it is typed, as `slugify` in search_folding.py does.
// A test compares the two. An address that was entered by hand stays.
const LONGEST = 80;
const LETTERS = {
  а: "a", б: "b", в: "v", г: "g", д: "d", ђ: "dj", е: "e", ж: "z", з: "z", и: "i", ј: "j", к: "k", л: "l", љ: "lj",
  м: "m", н: "n", њ: "nj", о: "o", п: "p", р: "r", с: "s", т: "t", ћ: "c", у: "u", ф: "f", х: "h", ц: "c", ч: "c",
  џ: "dz", ш: "s", đ: "dj", ø: "o", ł: "l", ı: "i",
};

export const slugify = (text) => {
  const folded = text.normalize("NFKD").replace(/[\p{Mn}\p{Me}\u00ad\u200b-\u200f\u2060\ufeff]/gu, "").toLowerCase();
  const slug = [...folded].map((letter) => LETTERS[letter] ?? letter).join("").replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  if (slug.length <= LONGEST) return slug;
  const start = slug.slice(0, LONGEST + 1);
  return start.slice(0, Math.max(start.lastIndexOf("-"), 0)) || slug.slice(0, LONGEST);
};

const slug = document.querySelector("#content-main form [name=slug]");
const title = slug?.form.querySelector("[name=title_sr], [name=name_sr]");
if (title && !slug.value) {
  let written = "";
  const limit = slug.maxLength > 0 ? slug.maxLength : LONGEST;
  title.addEventListener("input", () => {
    if (slug.value !== written) return;
    written = slugify(title.value).slice(0, limit).replace(/-$/, "");
    slug.value = written;
  });
}
