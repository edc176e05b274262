// The speaker's screen: the question to answer now, large; the notes from backstage; what comes next. Two buttons, nothing else.

import { isGoing, setQuestion } from "./acts.js";
import { clock, left, now } from "./clock.js";
import { el, keep, set, tell } from "./dom.js";
import { listen } from "./feed.js";
import { someone } from "./session.js";
import { follow, isKnown } from "./sources.js";
import { may, on, put, state } from "./state.js";
import { named, said } from "./text.js";

const NEXT = 5;
const NOTES = 3;
const byId = (id) => document.getElementById(id);
const parts = {};

async function begin() {
  put("me", await someone(byId("door")));
  byId("door").hidden = true;
  byId("stage").hidden = false;
  state.event = new URLSearchParams(location.search).get("event") ?? "";
  parts.answered = el("button", { class: "main", on: { click: answered } }, "Answered – next");
  parts.later = el("button", { on: { click: later } }, "Later");
  byId("acts").append(parts.answered, parts.later);
  on(["questions", "me"], show);
  on(["notes"], notes);
  on(["link", "status"], works);
  setInterval(works, 1000);
  await follow(["status", "events", "questions", "notes"]);
  listen();
}

const roots = (word) => state.questions.filter((one) => one.state === word && one.lead === null).sort((a, b) => a.at - b.at);

const current = () => roots("answering")[0];

const goes = (one) => `question:${one.event}:${one.n}`;

function show() {
  const one = current();
  const shape = one ? `${one.n} ${one.text} ${one.asked_by}` : "";
  if (byId("now").shape !== shape) {
    byId("now").shape = shape;
    byId("now").replaceChildren(...(one ? question(one) : [el("p", { class: "quiet big" }, "No question is on stage.")]));
  }
  const waiting = roots("queued");
  keep(byId("next"), waiting.slice(0, NEXT), {
    key: (each) => `${each.event}:${each.n}`,
    shape: (each) => `${each.text} ${each.asked_by}`,
    make: next,
  });
  byId("no-next").hidden = waiting.length > 0;
  buttons(one, waiting[0]);
}

function question(one) {
  const many = one.asked_by > 1 ? `asked by ${one.asked_by} people` : "";
  return [
    el("p", { class: "big" }, said(one.text, [], { whole: true })),
    el("p", { class: "who" }, named(one.name), many ? ` · ${many}` : ""),
  ];
}

const next = (one) =>
  el(
    "li",
    {},
    said(one.text),
    el("span", { class: "quiet" }, " ", named(one.name), one.asked_by > 1 ? ` · asked by ${one.asked_by}` : ""),
  );

function buttons(one, following) {
  const busy = [one, following].some((each) => each && isGoing(goes(each)));
  byId("acts").hidden = !may("moderator");
  tell(parts.answered, one ? (following ? "Answered – next" : "Answered") : "Take the first");
  set(parts.answered, "disabled", busy || !(one || following));
  set(parts.later, "disabled", busy || !one);
}

async function answered() {
  const one = current();
  const following = roots("queued")[0];
  if (one && !(await setQuestion(one, "answered", `Answered: question ${one.n}`))) return;
  if (following) await setQuestion(following, "answering", `On stage: question ${following.n}`);
}

function later() {
  const one = current();
  if (one) setQuestion(one, "follow_up", `For later: question ${one.n}`);
}

function notes() {
  const newest = state.notes.slice(0, NOTES);
  keep(byId("notes"), newest, {
    key: (one) => `${one.at} ${one.text}`,
    make: (one) => el("li", {}, said(one.text), el("span", { class: "quiet" }, ` ${clock(one.at)}`)),
  });
  byId("no-notes").hidden = newest.length > 0;
}

function works() {
  const live = state.events.find((one) => one.phase === "on_air" && (!state.event || one.event === state.event));
  const since = live?.live_since ? `on air for ${left(now() - live.live_since)}` : "";
  const unknown = state.events.length && !isKnown() ? "No such event is followed; look at ?event= in the address" : "";
  const lost = state.link === "lost" ? "No answer from the bot: what you see may be old" : "";
  tell(byId("works"), [clock(now()), since, unknown, lost].filter(Boolean).join(" · "));
  set(byId("works"), "class", lost || unknown ? "fault" : "quiet");
}

begin();
