// What the bot did, newest first, with why and undo.

import { isGoing, undo } from "./acts.js";
import { clock } from "./clock.js";
import { el, keep } from "./dom.js";
import { Longer } from "./longer.js";
import { button, empty, panel, word } from "./parts.js";
import { settle, walkable } from "./rows.js";
import { may, on, state } from "./state.js";
import { Steady } from "./steady.js";
import { named, person, plain, said } from "./text.js";
import { whyButton, whyIfOpen, whyShape } from "./why.js";

const TOPIC = "deeds";
const DID = {
  hide: ["Hid", "bad"],
  hold: ["Held", "fair"],
  archive: ["Archived", "bad"],
  approve: ["Approved", "good"],
  none: ["Noted", "plain"],
};
const WAYS = {
  strike: "a strike",
  flag: "flagged",
  mute: "muted",
  warn: "warned",
  reply: "answered",
  label: "labelled",
  alert: "alerted the team",
  count: "counted",
};
const BY_HAND = {
  undo: "Took back",
  undo_all: "Took many back",
  show: "Showed",
  hide: "Hid",
  set_rule: "Switched a rule",
  set_event: "Switched the event",
  set_stream: "Switched a livestream",
  open_poll: "Opened a poll",
  close_poll: "Closed a poll",
  void_poll: "Voided a poll",
  archive_poll: "Archived a poll",
  restore_poll: "Took a poll out of the archive",
  extend_poll: "Extended a poll",
  post: "Posted",
  question: "Sorted a question",
  start: "Started an item",
  release: "Took an offer",
  drop_offer: "Dropped an offer",
  accept: "Accepted",
  dismiss: "Dismissed",
};
const LATE = {
  pending: "not sent yet",
  sending: "being sent",
  failed: "FAILED",
  expired: "too late, not sent",
  parked: "put aside",
  unknown: "unclear, being looked up",
  gone: "gone on the platform",
  cancelled: "cancelled",
};
let place = null;
let steady = null;
let longer = null;

/** Fills the panel. */
export function showDeeds() {
  place = panel("deeds");
  const list = el("ol", { class: "cards", "aria-label": "What was done, newest first" });
  const scroller = place.body;
  longer = new Longer(list, () => steady.show(state.deeds));
  scroller.append(list, longer.button, empty("Nothing was done yet."));
  walkable(list);
  steady = new Steady(scroller, { end: "top", what: ["act", "acts"], render: (items) => draw(list, items) });
  on([TOPIC, "me"], () => {
    steady.show(state.deeds, (one) => one.id);
    scroller.lastElementChild.hidden = state.deeds.length > 0;
  });
}

function draw(list, items) {
  keep(list, longer.part(items), { key: (one) => one.id, shape, make: row });
  settle(list);
}

const shape = (one) => [
  one.id,
  one.undone_by && undoneBy(one),
  late(one),
  one.note,
  one.message?.text,
  whyShape(one.id, TOPIC),
  isGoing(`undo:${one.id}`),
  may("moderator"),
];

/** What has not been sent, in words. */
function late(one) {
  if (one.entries.every((entry) => entry.state === "done")) return "";
  const states = one.entries.map((entry) => entry.state).filter((word) => word !== "done");
  return [...new Set(states)].map((word) => LATE[word] ?? word).join(", ");
}

function row(one) {
  const [did, tone] = whatWasDone(one);
  const going = isGoing(`undo:${one.id}`);
  return el(
    "li",
    { class: `card${one.undone_by ? " undone" : ""}`, data: { key: one.id } },
    el(
      "p",
      { class: "head" },
      word(did, tone),
      el("span", { class: "by" }, said(by(one))),
      how(one, going),
      el("time", { class: "quiet" }, clock(one.at)),
    ),
    one.message
      ? el("p", { class: "text" }, el("span", { class: "author" }, named(one.message.name)), said(one.message.text, spans(one)))
      : null,
    one.note ? el("p", { class: "about" }, said(one.note)) : null,
    one.message ? el("p", { class: "acts" }, undoButton(one, going), whyButton(one.id, TOPIC)) : null,
    whyIfOpen(one.id, TOPIC),
  );
}

const byRules = (one) => one.who === "rules";

function whatWasDone(one) {
  if (byRules(one) || DID[one.outcome]?.[0] !== "Noted") return DID[one.outcome] ?? [one.outcome, "plain"];
  return [BY_HAND[one.actions[0]] ?? one.actions[0] ?? "Noted", "plain"];
}

function by(one) {
  if (!byRules(one)) return `by ${person(one.who)}`;
  const also = one.actions.filter((name) => name !== one.outcome).map((name) => WAYS[name] ?? name);
  const rules = one.rules.join(", ") || one.suggested.map((verdict) => `${verdict.rule} suggests`).join(", ") || one.reason;
  return [rules, ...also].filter(Boolean).join(" · ");
}

function how(one, going) {
  if (going) return word("undoing…", "fair");
  if (one.undone_by) return word(undoneBy(one));
  const told = late(one);
  return told ? word(told, one.entries.some((entry) => entry.state === "failed") ? "bad" : "fair") : null;
}

/** `undone_by` is the decision that did it. */
function undoneBy(one) {
  const other = state.deeds.find((each) => each.id === one.undone_by);
  return other ? `undone by ${person(other.who)}` : "undone";
}

const spans = (one) => one.verdicts.flatMap((verdict) => verdict.matches.map((match) => match.span));

function undoButton(one, going) {
  if (one.undone_by || one.undoes || !one.actions.some((name) => name !== "undo")) return null;
  const past = `${(DID[one.outcome] ?? [one.outcome])[0]} “${plain(one.message?.text ?? one.reason, 40)}”`;
  return button("Undo", () => undo(one.id, past), {
    key: "u",
    does: "undo",
    name: plain(one.message?.text ?? "", 40),
    off: going || !may("moderator"),
  });
}
