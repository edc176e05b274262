// What runs beside polls: quizzes with their scores, word clouds with their answers.

import { act, isGoing } from "./acts.js";
import { at } from "./api.js";
import { bars } from "./bars.js";
import { left, now } from "./clock.js";
import { el, keep } from "./dom.js";
import { button, word } from "./parts.js";
import { may, on, state } from "./state.js";
import { plain, said, times } from "./text.js";

const TOP = 5;
let list = null;

/** Adds the list to the poll's panel. */
export function showRunning(body) {
  list = el("ul", { class: "cards" });
  body.append(list);
  on(["quizzes", "captures", "me"], show);
}

function show() {
  const open = [
    ...state.captures.filter((one) => one.state === "open").map(cloud),
    ...state.quizzes.filter((one) => one.state !== "done" && one.state !== "closed").map(quiz),
  ];
  keep(list, open, {
    key: (one) => one.key,
    shape: (one) => JSON.stringify([one.rows, one.text, one.about, may("moderator"), isGoing(one.key)]),
    make: row,
  });
  list.hidden = open.length === 0;
}

const cloud = (one) => ({
  key: `capture:${one.event}:${one.key}`,
  title: "Word cloud",
  text: one.prompt || one.id,
  about: one.closes ? `closes in ${left(Math.max(0, one.closes - now()))}` : "",
  rows: one.answers
    .slice(0, TOP)
    .map(([answer, people]) => ({ text: answer, value: people, note: times(people, "person", "people") })),
  press: () =>
    act({
      key: `capture:${one.event}:${one.key}`,
      path: at`captures/${one.id}/close`,
      query: { event: one.event },
      past: `Closed the word cloud ${plain(one.id, 30)}`,
      after: ["polls", "deeds"],
      final: "What was posted stays posted.",
    }),
});

const quiz = (one) => ({
  key: `quiz:${one.event}:${one.key}`,
  title: "Quiz",
  text: one.id,
  about: `question ${one.question} of ${one.of}`,
  rows: (one.scores ?? [])
    .slice(0, TOP)
    .map((score) => ({ text: score.name, value: score.points, note: times(score.points, "point") })),
});

function row(one) {
  const chart = el("ul", { class: "bars" });
  bars(chart, one.rows, Math.max(1, ...one.rows.map((each) => each.value)));
  const close = one.press
    ? el(
        "p",
        { class: "acts" },
        button("Close and post", one.press, {
          does: "close",
          name: plain(one.text, 40),
          off: !may("moderator") || isGoing(one.key),
        }),
      )
    : null;
  return el(
    "li",
    { class: "card" },
    el("p", { class: "head" }, word(one.title), el("strong", {}, said(one.text)), el("span", { class: "quiet" }, one.about)),
    chart,
    close,
  );
}
