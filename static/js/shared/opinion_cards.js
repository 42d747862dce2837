// Opinion cards: one card at a time instead of all on one page, and votes that are remembered on the device if the member asks for it.
// Remembered votes stay in the browser: they are never sent.
const keyOf = (round) => `panel-cards-${round}`;
const pending = "panel-cards-sent";

const beginCards = (form) => {
  const cards = [...form.querySelectorAll(".opinion-card")];
  const dots = [...form.querySelectorAll(".card-dots li")];
  const [back, next, last] = ["[data-back]", "[data-next]", "[data-last]"].map((name) => form.querySelector(name));
  const isDone = (card) => Boolean(card.querySelector(":checked"));
  let place = Math.max(0, cards.findIndex((card) => !isDone(card)));

  const draw = () => {
    cards.forEach((card, at) => (card.hidden = at !== place));
    dots.forEach((dot, at) => {
      dot.className = isDone(cards[at]) ? "is-done" : "";
      dot.toggleAttribute("data-current", at === place);
    });
    form.querySelector("[data-place]").textContent = place + 1;
    back.hidden = place === 0;
    next.hidden = place === cards.length - 1;
    last.hidden = !next.hidden;
  };
  // A history entry for each card, so that the browser's Back leads to the card before.
  const go = (to, { remember = true } = {}) => {
    if (to < 0 || to >= cards.length) return;
    place = to;
    if (remember) history.pushState({ card: place }, "");
    draw();
    cards[place].focus({ preventScroll: true });
    form.scrollIntoView({ block: "start" });
  };

  form.querySelectorAll("[data-progress], [data-steps]").forEach((part) => (part.hidden = false));
  history.replaceState({ card: place }, "");
  draw();
  back.addEventListener("click", () => go(place - 1));
  next.addEventListener("click", () => go(place + 1));
  // A tap on a vote leads on; the arrow keys, which choose a vote too, do not.
  let isTapped = false;
  form.addEventListener("pointerup", (event) => (isTapped = Boolean(event.target.closest(".card-choice"))));
  form.addEventListener("change", () => {
    if (isTapped) go(place + 1);
    isTapped = false;
    draw();
  });
  form.addEventListener("keydown", (event) => {
    isTapped = false;
    if (event.key !== "Enter" || event.target.type !== "radio" || place === cards.length - 1) return;
    event.preventDefault();
    go(place + 1);
  });
  addEventListener("popstate", (event) => {
    if (Number.isInteger(event.state?.card)) go(event.state.card, { remember: false });
  });
  // The links of the summary of errors.
  document.querySelector(".error-summary")?.addEventListener("click", (event) => {
    const at = cards.findIndex((card) => `#${card.id}` === event.target.getAttribute("href"));
    if (at < 0) return;
    event.preventDefault();
    go(at);
  });
};

// Storage may be switched off; the form works without it.
const attempt = (act) => {
  try {
    return act();
  } catch {
    return null;
  }
};

const beginReview = (form) => {
  form.querySelector("[data-remember-box]").hidden = false;
  form.addEventListener("submit", (event) => {
    attempt(() => sessionStorage.removeItem(pending));
    if (event.submitter?.name !== "confirmed" || !form.querySelector("[data-remember]").checked) return;
    const votes = Object.fromEntries([...new FormData(form)].filter(([name]) => /^s\d+$/.test(name)).map(([name, vote]) => [name.slice(1), Number(vote)]));
    attempt(() => sessionStorage.setItem(pending, JSON.stringify(votes)));
  });
};

// Votes are remembered only once the site has stored them.
const settle = (note) => {
  const votes = attempt(() => sessionStorage.getItem(pending));
  attempt(() => sessionStorage.removeItem(pending));
  const key = note && keyOf(note.dataset.voted);
  if (note && votes && new URLSearchParams(location.search).get("done") === "vote") attempt(() => localStorage.setItem(key, votes));
  if (note) offerToForget(note, key);
};

const offerToForget = (note, key) => {
  note.hidden = !attempt(() => localStorage.getItem(key));
  note.querySelector("[data-delete-votes]").addEventListener("click", () => {
    attempt(() => localStorage.removeItem(key));
    note.hidden = true;
    document.querySelectorAll(".is-own").forEach((row) => row.classList.remove("is-own"));
  });
};

// The own group: the one whose published shares are closest to the remembered votes, by the distance of the published method.
const showOwnGroup = (results) => {
  const note = results.querySelector("[data-own]");
  const key = keyOf(results.dataset.opinions);
  const votes = attempt(() => JSON.parse(localStorage.getItem(key)));
  if (!note || !votes) return;
  const rows = [...results.querySelectorAll("[data-group]")];
  const distances = new Map();
  for (const row of rows) {
    const vote = votes[row.dataset.statement];
    const [agree, unsure, disagree] = row.dataset.shares.split(" ").map(Number);
    const distance = agree * Math.abs(vote - 1) + unsure * Math.abs(vote) + disagree * Math.abs(vote + 1);
    distances.set(row.dataset.label, (distances.get(row.dataset.label) ?? 0) + distance);
  }
  const [own] = [...distances].filter(([, distance]) => Number.isFinite(distance)).sort((one, other) => one[1] - other[1]);
  if (!own) return;
  note.querySelector("[data-own-group]").textContent = own[0];
  rows.filter((row) => row.dataset.label === own[0]).forEach((row) => row.classList.add("is-own"));
  offerToForget(note, key);
};

document.querySelectorAll("[data-cards]").forEach(beginCards);
document.querySelectorAll("[data-review]").forEach(beginReview);
if (!document.querySelector("[data-review]")) settle(document.querySelector("[data-voted]"));
document.querySelectorAll("[data-opinions]").forEach(showOwnGroup);
