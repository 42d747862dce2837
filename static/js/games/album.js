// The album of Klik's world, in local storage of this browser only.
const KEY = "klik-album";
const EMPTY = { games: {}, finds: [], plays: 0, last: "" };

const names = (list) => (Array.isArray(list) ? list.filter((name) => typeof name === "string") : []);

// Return the album. A missing or damaged one is empty.
export const readAlbum = () => {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY)) ?? {};
    const games = {};
    for (const [slug, rounds] of Object.entries(stored.games ?? {})) {
      if (Array.isArray(rounds)) games[slug] = rounds.filter((round) => Number.isInteger(round));
    }
    return { games, finds: names(stored.finds), plays: Number(stored.plays) || 0, last: String(stored.last ?? "") };
  } catch {
    return structuredClone(EMPTY);
  }
};

export const eraseAlbum = () => {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Without local storage nothing was kept.
  }
};

// Add a finished game: a sticker, a star for a round without a mistake, and a surprise for every second play.
export const collect = (note) => {
  const { finished, round, earned, full, finds } = note.dataset;
  const album = readAlbum();
  // Reloading the page or going back is no new play.
  if (earned !== "yes" || album.last === location.href) return;
  const news = { sticker: !(finished in album.games), star: false, find: false };
  album.games[finished] ??= [];
  if (full === "yes" && !album.games[finished].includes(Number(round))) {
    album.games[finished].push(Number(round));
    news.star = true;
  }
  album.plays += 1;
  album.last = location.href;
  const missing = finds.split(" ").filter((name) => !album.finds.includes(name));
  if (album.plays % 2 === 0 && missing.length) {
    album.finds.push(missing[Math.floor(Math.random() * missing.length)]);
    news.find = true;
  }
  try {
    localStorage.setItem(KEY, JSON.stringify(album));
  } catch {
    return;
  }
  for (const [name, shown] of Object.entries(news)) note.querySelector(`[data-news="${name}"]`).hidden = !shown;
};
