// Plays the quiz in this file. Answers are neither stored nor sent.
(() => {
  const { quiz, questions, words } = JSON.parse(document.querySelector("#quiz-data").textContent);
  const stage = document.querySelector("#stage");
  let at = 0;
  let marks = [];
  let way = [];

  const make = (name, facts = {}, ...inside) => {
    const { css, data, ...rest } = facts;
    const element = Object.assign(document.createElement(name), rest);
    if (css) element.className = css;
    element.append(...inside.filter((each) => each !== "" && each !== null && each !== undefined));
    return element;
  };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
  const lines = (text) => text.split("\n").flatMap((line, place) => (place ? [make("br"), line] : [line]));
  const mixed = (places) => {
    const order = [...places];
    for (let last = order.length - 1; last > 0; last -= 1) {
      const other = Math.floor(Math.random() * (last + 1));
      [order[last], order[other]] = [order[other], order[last]];
    }
    return order;
  };
  const show = (...parts) => {
    stage.replaceChildren(...parts);
    const heading = stage.querySelector("[tabindex]");
    heading?.focus();
    scrollTo(0, 0);
  };
  const button = (text, act, css = "main") => make("button", { type: "button", css, onclick: act }, text);

  const orderOf = (question) => {
    const places = question.choices.map((_choice, place) => place);
    if (question.control === "order") {
      let order = mixed(places);
      if (order.every((place, position) => place === position)) order = [...places].reverse();
      return order;
    }
    return question.shuffle ? mixed(places) : places;
  };

  const option = (question, place, kind) =>
    make("label", { css: `choice${question.frame ? ` part ${question.choices[place].role}` : ""}` },
      make("input", { type: kind, name: "answer", value: String(place) }), make("span", {}, question.choices[place].text));

  const row = (text, place, options) => {
    const select = make("select", { id: `put-${place}`, name: `put-${place}` }, make("option", { value: "" }, "–"),
      ...options.map(([value, words_]) => make("option", { value: String(value) }, words_)));
    return make("li", { css: "row" }, make("label", { htmlFor: `put-${place}` }, text), select);
  };

  const fields = (question, places) => {
    if (question.control === "one") return places.map((place) => option(question, place, "radio"));
    if (question.control === "many") {
      const boxes = places.map((place) => option(question, place, "checkbox"));
      return question.frame ? [make("div", { css: `mock ${question.frame}` }, make("p", { css: "note" }, words.example), ...boxes)] : boxes;
    }
    if (question.control === "order")
      return [make("ul", {}, ...places.map((place) => row(question.choices[place].text, place, places.map((_each, number) => [number, number + 1]))))];
    if (question.control === "pairs") {
      const groups = question.groups.map((text, place) => [place, text]);
      const shown = question.mixed_groups ? mixed(groups) : groups;
      return [make("ul", {}, ...places.map((place) => row(question.choices[place].text, place, shown)))];
    }
    if (question.control === "path") {
      const here = marking.situation(question, way);
      return [...steps(question), ...question.choices.flatMap((choice, place) => (choice.at === here ? [option(question, place, "radio")] : []))];
    }
    return [make("input", { type: "text", name: "answer", maxLength: 200, autocomplete: "off", inputMode: question.control === "number" ? "decimal" : "text", ariaLabel: question.text })];
  };

  const steps = (question) => way.map((place) => {
    const choice = question.choices[place];
    return make("div", { css: "step" }, make("p", {}, make("b", {}, `${words.you}: `), choice.text),
      choice.feedback ? make("p", {}, choice.feedback) : "",
      choice.leads !== null ? make("p", { css: "situation" }, ...lines(choice.leads ? question.situations[choice.leads] : question.text)) : "");
  });

  // Reads the answer from the form, null if incomplete.
  const given = (form, question) => {
    const data = new FormData(form);
    let answer;
    if (["text", "number"].includes(question.control)) answer = data.get("answer");
    else if (question.control === "order") {
      const put = question.choices.map((_choice, place) => data.get(`put-${place}`));
      if (put.includes("") || new Set(put).size < put.length) return null;
      answer = put.map((_each, number) => put.indexOf(String(number)));
    } else if (question.control === "pairs") {
      const put = question.choices.map((_choice, place) => data.get(`put-${place}`));
      if (put.includes("")) return null;
      answer = put.map(Number);
    } else answer = data.getAll("answer").map(Number);
    return answer.length && (question.control === "path" || marking.complete(question, answer)) ? answer : null;
  };

  const progress = () => make("p", { css: "progress" }, fill(words.progress, { number: at + 1, all: questions.length }));

  const ask = () => {
    const question = questions[at];
    const problem = make("p", { css: "problem", role: "alert" });
    const form = make("form", {}, make("fieldset", {},
      make("legend", { tabIndex: -1 }, ...lines(question.text)), make("p", { css: "how" }, question.how),
      ...fields(question, orderOf(question))), problem, make("button", { type: "submit", css: "main" }, words.answer));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const answer = given(form, question);
      if (answer === null) { problem.textContent = `! ${question.missing}`; return; }
      if (question.control === "path") {
        way = [...way, answer[0]];
        if (!marking.complete(question, way)) { ask(); return; }
        tell(question, way);
      } else tell(question, answer);
    });
    show(progress(), form);
  };

  const verdict = (question, credit) => {
    if (credit === null) return "opinion";
    return credit === 1 ? "right" : credit > 0 ? "partly" : "wrong";
  };
  const SIGNS = { right: "✓", partly: "◐", wrong: "✗", opinion: "♥", missed: "○", chosen: "•" };

  const line = (part, text, label, feedback) => make("li", { css: part }, make("p", {}, make("b", { ariaHidden: "true" }, `${SIGNS[part] ?? "•"} `), text, label ? make("span", { css: "label" }, ` – ${label}`) : ""), feedback ? make("p", { css: "choice-feedback" }, feedback) : "");

  const choiceFeedback = (question, answer) => question.choices.flatMap((choice, place) => {
    if (question.control === "order") {
      const position = answer.indexOf(place) + 1, good = position === place + 1;
      return [line(good ? "right" : "wrong", `${place + 1}. ${choice.text}`, good ? words.right : fill(words.given, { number: position }), good ? choice.feedback : choice.missed || choice.feedback)];
    }
    if (question.control === "pairs") {
      const good = answer[place] === choice.group;
      return [line(good ? "right" : "wrong", `${choice.text} → ${question.groups[choice.group]}`, good ? words.right : fill(words.chosen_pair, { text: question.groups[answer[place]] }), good ? choice.feedback : choice.missed || choice.feedback)];
    }
    const chosen = answer.includes(place);
    if (!question.scored) return chosen ? [line("chosen", choice.text, words.chosen, choice.feedback)] : [];
    const wanted = question.control === "many" ? choice.weight > 0 : choice.weight === 100;
    if (chosen) {
      const part = wanted ? "right" : choice.weight > 0 ? "chosen" : "wrong";
      return [line(part, choice.text, words[part], choice.feedback)];
    }
    return wanted ? [line("missed", choice.text, question.control === "many" ? words.missed : words.the_right_one, choice.missed || choice.feedback)] : [];
  });

  const feedback = (question, answer) => {
    if (question.control === "path") return steps(question);
    if (["text", "number"].includes(question.control)) {
      const choice = marking.written(question, answer);
      const whole = question.choices.filter((each) => each.weight === 100).map((each) => each.shown).join(", ");
      return [make("p", {}, `${words.wrote} `, make("b", {}, answer)), choice?.feedback ? make("p", {}, choice.feedback) : "",
        choice?.weight === 100 ? "" : make("p", {}, `${words.accepted} `, make("b", {}, whole))];
    }
    return [make("ul", { css: "feedback-choices" }, ...choiceFeedback(question, answer))];
  };

  const tell = (question, answer) => {
    const credit = marking.credit(question, answer), how = verdict(question, credit);
    marks.push(credit);
    const last = at + 1 === questions.length;
    show(progress(), make("section", { css: `feedback ${how}` },
      make("h2", { tabIndex: -1 }, make("span", { ariaHidden: "true" }, `${SIGNS[how]} `), words.verdicts[how]),
      make("p", { css: "asked" }, ...lines(question.text)), ...feedback(question, answer),
      question.explanation ? make("p", { css: "why" }, ...lines(question.explanation)) : "",
      question.source ? make("p", { css: "source" }, `${words.source} ${question.source}`) : ""),
    button(last ? words.finish : words.next, () => { at += 1; way = []; if (last) finish(); else ask(); }));
  };

  const finish = () => {
    const scored = marks.filter((credit) => credit !== null);
    const whole = scored.filter((credit) => credit === 1).length;
    const percent = scored.length ? (scored.reduce((sum, credit) => sum + credit, 0) / scored.length) * 100 : 0;
    const closing = quiz.closings.filter((each) => each.from <= percent + 1e-9).at(-1);
    show(make("section", { css: "result" }, make("h2", { tabIndex: -1 }, words.result),
      scored.length ? make("p", { css: "score" }, fill(words.score, { number: whole, all: scored.length })) : "",
      closing ? make("p", {}, ...lines(closing.text)) : ""),
    button(words.again, begin));
  };

  const begin = () => {
    at = 0;
    marks = [];
    way = [];
    ask();
  };

  show(make("p", { css: "lead" }, quiz.summary), make("p", {}, words.count), questions.length ? button(words.begin, begin) : "");
})();
