// Scores answers like the kinds in awareness/quizzes/kinds. tests/e2e/test_offline_quiz.py compares both.
const marking = (() => {
  const MARKS = /[\u00ad\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u2060\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff]+/g;
  const NUMBER = /^[+-]?\p{Nd}{1,30}(?:[.,]\p{Nd}{1,30})?$/u;
  const PLACES = 30;
  const MAX_STEPS = 50;
  const FROM = "абвгдежзијклмнопрстћуфхцчшАБВГДЕЖЗИЈКЛМНОПРСТЋУФХЦЧШABCDEFGHIJKLMNOPQRSTUVWXYZØøŁłıЄІЅЩЪЫЬЭЮЯ";
  const TO = "abvgdezzijklmnoprstcufhccsabvgdezzijklmnoprstcufhccsabcdefghijklmnopqrstuvwxyzoolliєіѕщъыьэюя";
  const LETTERS = new Map([...FROM].map((letter, place) => [letter, [...TO][place]]));
  for (const [letter, pair] of [["ђ", "dj"], ["đ", "dj"], ["љ", "lj"], ["њ", "nj"], ["џ", "dz"]]) {
    LETTERS.set(letter, pair);
    LETTERS.set(letter.toUpperCase(), pair);
  }

  // Folds script, case and diacritics.
  const fold = (text) =>
    [...text.normalize("NFKD").replace(MARKS, "")].map((letter) => LETTERS.get(letter) ?? letter).join("").trim().split(/\s+/).join(" ");

  // Converts a digit of any script to ASCII. Unicode has digits in runs of ten from zero.
  const digit = (sign) => {
    if (/[0-9]/.test(sign)) return sign;
    let value = 0;
    while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(sign.codePointAt(0) - value - 1))) value += 1;
    return String(value);
  };

  // Parses a number to a scaled integer, without rounding. Null if invalid.
  const number = (text) => {
    const given = text.trim();
    if (!NUMBER.test(given)) return null;
    const [whole, part = ""] = given.replace(/^[+-]/, "").split(/[.,]/).map((digits) => [...digits].map(digit).join(""));
    const value = BigInt(whole + part.padEnd(PLACES, "0"));
    return given.startsWith("-") ? -value : value;
  };

  const share = (weight) => Math.min(Math.max(weight / 100, 0), 1);
  const right = (question) => question.choices.flatMap((choice, place) => (choice.weight > 0 ? [place] : []));

  const ofMany = (question, places) => {
    const wanted = right(question);
    if (places.length === wanted.length && places.every((place) => wanted.includes(place))) return 1;
    const usual = -100 / Math.max(wanted.length, 1);
    const sum = places.reduce((total, place) => total + (question.choices[place].weight || usual), 0);
    return Math.min(share(sum), 0.99);
  };

  // Length of the longest increasing subsequence. No credit if every choice is in a wrong position.
  const ofOrder = (places) => {
    if (places.every((place, position) => place !== position)) return 0;
    const tails = [];
    for (const place of places) {
      const where = tails.findIndex((tail) => tail >= place);
      tails[where < 0 ? tails.length : where] = place;
    }
    return (tails.length - 1) / Math.max(places.length - 1, 1);
  };

  const pattern = (text) =>
    new RegExp(`^(?:${text.split("*").map((part) => fold(part).replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join(".*")})$`, "s");

  const fits = (question, choice, answer) => {
    if (question.control === "number") {
      const given = number(answer), wanted = number(choice.patterns[0] || choice.patterns[1]);
      if (given === null || wanted === null) return false;
      const apart = given > wanted ? given - wanted : wanted - given;
      return apart <= number(choice.tolerance || "0");
    }
    return choice.patterns.some((text) => text && pattern(text).test(fold(answer)));
  };

  // Best choice that matches a written answer, or null.
  const written = (question, answer) => {
    const fitting = question.choices.filter((choice) => fits(question, choice, answer));
    return fitting.reduce((best, choice) => (best && best.weight >= choice.weight ? best : choice), null);
  };

  // Credit from 0 to 1, null if not scored.
  const credit = (question, answer) => {
    if (!question.scored) return null;
    switch (question.control) {
      case "one": return share(question.choices[answer[0]].weight);
      case "many": return ofMany(question, answer);
      case "order": return ofOrder(answer);
      case "pairs":
        return answer.filter((group, place) => group === question.choices[place].group).length / answer.length;
      case "path": return share(question.choices[answer.at(-1)].weight);
      default: return Math.max(share(written(question, answer)?.weight ?? 0), 0);
    }
  };

  // Situation after a path through a scenario, null at its end.
  const situation = (question, way) =>
    way.reduce((_here, place) => question.choices[place].leads, 0);

  // Whether the answer is complete.
  const complete = (question, answer) => {
    switch (question.control) {
      case "text": return answer.trim() !== "";
      case "number": return number(answer) !== null;
      case "order": return [...answer].sort((a, b) => a - b).every((place, position) => place === position);
      case "pairs": return answer.length === question.choices.length && answer.every((group) => group >= 0);
      case "path": return answer.length > 0 && (situation(question, answer) === null || answer.length > MAX_STEPS);
      default: return answer.length > 0;
    }
  };

  return { complete, credit, fold, number, right, situation, written };
})();
