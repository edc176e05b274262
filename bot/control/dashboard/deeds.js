// What the bot did, newest first, with why and undo.

import { isGoing, undo } from "./acts.js";
import { clock } from "./clock.js";
import { el, keep } from "./dom.js";
import { button, empty, panel, word } from "./parts.js";
import { settle, walkable } from "./rows.js";
import { may, on, state } from "./state.js";
import { Steady } from "./steady.js";
import { named, plain, said } from "./text.js";
import { isOpen, whyButton, whyIfOpen, whyShape } from "./why.js";

const TOPIC = "deeds";
const DID = { hide: ["Hid", "bad"], hold: ["Held", "fair"], archive: ["Archived", "bad"], approve: ["Approved", "good"], none: ["Noted", "plain"] };
const WAYS = { strike: "a strike", flag: "flagged", mute: "muted", warn: "warned", reply: "answered", label: "labelled", alert: "alerted the team", count: "counted" };
const LATE = { pending: "not sent yet", sending: "being sent", failed: "FAILED", expired: "too late, not sent", parked: "put aside", unknown: "unclear, being looked up", gone: "gone on the platform", cancelled: "cancelled" };
let place = null;
let steady = null;

/** Fills the panel. */
export function showDeeds() {
  place = panel("deeds");
  const list = el("ol", { class: "cards", "aria-label": "What was done, newest first" });
  const scroller = place.body;
  scroller.append(list, empty("Nothing was done yet."));
  walkable(list);
  steady = new Steady(scroller, { end: "top", what: ["act", "acts"], render: (items) => draw(list, items) });
  on([TOPIC, "me"], () => {
    steady.show(state.deeds, (one) => one.id);
    scroller.lastElementChild.hidden = state.deeds.length > 0;
  });
}

function draw(list, items) {
  keep(list, items, { key: (one) => one.id, shape, make: row });
  settle(list);
}

const shape = (one) => [one.id, one.undone_by, late(one), one.note, whyShape(one.id), isGoing(`undo:${one.id}`), may("moderator")].join("|");

/** What has not been sent, in words. */
function late(one) {
  const states = one.entries.map((entry) => entry.state).filter((word) => word !== "done");
  return [...new Set(states)].map((word) => LATE[word] ?? word).join(", ");
}

function row(one) {
  const [did, tone] = one.undoes ? ["Took back", "plain"] : (DID[one.outcome] ?? [one.outcome, "plain"]);
  const going = isGoing(`undo:${one.id}`);
  return el(
    "li",
    { class: `card${one.undone_by ? " undone" : ""}`, data: { key: one.id } },
    el("p", { class: "head" }, word(did, tone), el("span", { class: "by" }, said(by(one))), el("time", { class: "quiet" }, clock(one.at)), state_(one, going)),
    one.message ? el("p", { class: "text" }, el("span", { class: "author" }, named(one.message.name)), said(one.message.text, spans(one))) : null,
    one.note ? el("p", { class: "about" }, said(one.note)) : null,
    el("p", { class: "acts" }, undoButton(one, going), whyButton(one.id, TOPIC)),
    isOpen(one.id) ? whyIfOpen(one.id) : null,
  );
}

function by(one) {
  const also = one.actions.filter((name) => name !== one.outcome).map((name) => WAYS[name] ?? name);
  const who = one.who === "rules" ? one.rules.join(", ") || one.suggested.map((verdict) => `${verdict.rule} suggests`).join(", ") || one.reason : plain(one.who, 30);
  return [who, ...also].filter(Boolean).join(" · ");
}

function state_(one, going) {
  if (going) return word("undoing…", "fair");
  if (one.undone_by) return word(`undone by ${plain(one.undone_by, 30)}`, "plain");
  const told = late(one);
  return told ? word(told, one.entries.some((entry) => entry.state === "failed") ? "bad" : "fair") : null;
}

const spans = (one) => one.verdicts.flatMap((verdict) => verdict.matches.map((match) => match.span));

function undoButton(one, going) {
  if (one.undone_by || one.undoes || !one.actions.length) return null;
  const past = `${(DID[one.outcome] ?? [one.outcome])[0]} “${plain(one.message?.text ?? one.reason, 40)}”`;
  return button("Undo", () => undo(one.id, past), { key: "u", does: "undo", name: plain(one.message?.text ?? "", 40), off: going || !may("moderator") });
}
