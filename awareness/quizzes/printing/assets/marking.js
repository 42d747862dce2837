// How answers are marked: the same as questions/answers.py does. tests/e2e/test_offline_quiz.py compares the two.
const marking = (() => {
  const MARKS = /[\u00ad\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u2060\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff]+/g;
  const NUMBER = /^[+-]?\p{Nd}{1,30}(?:[.,]\p{Nd}{1,30})?$/u;
  const PLACES = 30;
  const LONGEST_WAY = 50;
  const FROM = "абвгдежзијклмнопрстћуфхцчшАБВГДЕЖЗИЈКЛМНОПРСТЋУФХЦЧШABCDEFGHIJKLMNOPQRSTUVWXYZØøŁłıЄІЅЩЪЫЬЭЮЯ";
  const TO = "abvgdezzijklmnoprstcufhccsabvgdezzijklmnoprstcufhccsabcdefghijklmnopqrstuvwxyzoolliєіѕщъыьэюя";
  const LETTERS = new Map([...FROM].map((letter, place) => [letter, [...TO][place]]));
  for (const [letter, pair] of [["ђ", "dj"], ["đ", "dj"], ["љ", "lj"], ["њ", "nj"], ["џ", "dz"]]) {
    LETTERS.set(letter, pair);
    LETTERS.set(letter.toUpperCase(), pair);
  }

  // One spelling for both scripts, small and capital letters, with and without diacritics.
  const fold = (text) =>
    [...text.normalize("NFKD").replace(MARKS, "")].map((letter) => LETTERS.get(letter) ?? letter).join("").trim().split(/\s+/).join(" ");

  // A digit of any script as one of ours: digits stand in tens, the zero first.
  const digit = (sign) => {
    if (/[0-9]/.test(sign)) return sign;
    let value = 0;
    while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(sign.codePointAt(0) - value - 1))) value += 1;
    return String(value);
  };

  // A number as a count of the smallest parts that one can write, so that nothing is rounded; null where it is none.
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

  // The longest run that is in its right order, whatever stands between.
  const ofOrder = (places) => {
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
    if (question.kind === "numeric") {
      const given = number(answer), wanted = number(choice.patterns[0] || choice.patterns[1]);
      if (given === null || wanted === null) return false;
      const apart = given > wanted ? given - wanted : wanted - given;
      return apart <= number(choice.tolerance || "0");
    }
    return choice.patterns.some((text) => text && pattern(text).test(fold(answer)));
  };

  // The choice that a written answer was, the best one first; null where it was none.
  const written = (question, answer) => {
    const fitting = question.choices.filter((choice) => fits(question, choice, answer));
    return fitting.reduce((best, choice) => (best && best.weight >= choice.weight ? best : choice), null);
  };

  // From 0 to 1; null where there is nothing to score.
  const credit = (question, answer) => {
    switch (question.kind) {
      case "poll": return null;
      case "single": case "true_false": return share(question.choices[answer[0]].weight);
      case "multiple": case "clues": return ofMany(question, answer);
      case "ordering": return ofOrder(answer);
      case "matching": case "sorting":
        return answer.filter((group, place) => group === question.choices[place].group).length / answer.length;
      case "scenario": return share(question.choices[answer.at(-1)].weight);
      default: return Math.max(share(written(question, answer)?.weight ?? 0), 0);
    }
  };

  // Where a way through a scenario has led: a situation, null at the end.
  const situation = (question, way) =>
    way.reduce((_here, place) => question.choices[place].leads, 0);

  // Whether this answers the whole question.
  const complete = (question, answer) => {
    switch (question.kind) {
      case "short": return answer.trim() !== "";
      case "numeric": return number(answer) !== null;
      case "ordering": return [...answer].sort((a, b) => a - b).every((place, position) => place === position);
      case "matching": case "sorting": return answer.length === question.choices.length && answer.every((group) => group >= 0);
      case "scenario": return answer.length > 0 && (situation(question, answer) === null || answer.length > LONGEST_WAY);
      default: return answer.length > 0;
    }
  };

  return { complete, credit, fold, number, right, situation, written };
})();
