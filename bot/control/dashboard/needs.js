// What needs a person, oldest first: held messages, new questions, what rules and the running order offer, saves to be confirmed.

import { act, fault, isGoing, lookAt, setMessage, setQuestion } from "./acts.js";
import { at } from "./api.js";
import { el, keep, tell } from "./dom.js";
import { Longer } from "./longer.js";
import { button, empty, panel, word } from "./parts.js";
import { confirmSave } from "./saves.js";
import { settle, walkable } from "./rows.js";
import { may, on, state } from "./state.js";
import { named, plain, said } from "./text.js";
import { since, until } from "./ticks.js";
import { effects, whyButton, whyIfOpen, whyShape } from "./why.js";

const TOPIC = "needs";
const TOPICS = ["held", "offers", "questions", "upcoming", "rules", "people", "me", TOPIC];
let place = null;
let list = null;
let longer = null;

/** Fills the panel. */
export function showNeeds() {
  place = panel("needs");
  list = el("ul", { class: "cards", "aria-label": "Waiting for a person, oldest first" });
  longer = new Longer(list, show);
  place.body.append(list, longer.button, empty("Nothing waits for you."));
  walkable(list, (row) => lookAt(row.dataset.on ?? ""));
  on(TOPICS, show);
}

function show() {
  const waiting = [...held(), ...fresh(), ...offered(), ...planned(), ...saves()]
    .filter((one) => !isGoing(one.going))
    .sort((a, b) => a.since - b.since);
  const shown = longer.part(waiting).map((light) => light.whole(light));
  keep(list, shown, { key: (one) => one.key, shape, make: row });
  settle(list);
  place.count(waiting.length);
  tell(document.getElementById("jump-needs"), waiting.length || "");
  place.body.lastElementChild.hidden = waiting.length > 0;
}

const shape = (one) => [
  one.title,
  one.text,
  one.about,
  one.since,
  one.until,
  others(one.on),
  fault(one.going),
  may("moderator"),
  one.why && whyShape(one.why, TOPIC),
];

// ── what there is: of each only what it is sorted by; the `whole` row is made for those that are shown ──

const held = () => state.held.map((one) => ({ one, going: `message:${one.ref}`, since: one.read, whole: heldMessage }));

const heldMessage = ({ one, going, since }) => ({
  key: going,
  going,
  on: going,
  title: one.surface === "qa" ? "Held question" : "Held chat line",
  since,
  until: untilOf(one),
  name: one.name,
  text: one.text,
  about: [one.rules.join(", "), one.reason].filter(Boolean).join(" · "),
  why: one.decision,
  spans: spansOf(one),
  acts: () => (one.surface === "qa" ? heldQuestion(one) : heldLine(one)),
});

const decisionOf = (one) => state.deeds.find((deed) => deed.id === one.decision);

const spansOf = (one) => (decisionOf(one)?.verdicts ?? []).flatMap((verdict) => verdict.matches.map((match) => match.span));

/** When the rule itself ends the waiting, and how. */
function untilOf(one) {
  const holds = (decisionOf(one)?.verdicts ?? []).flatMap((verdict) =>
    verdict.effects.map((effect) => effect.hold).filter((hold) => hold?.for),
  );
  return holds.length ? one.read + Math.min(...holds.map((hold) => hold.for)) : null;
}

const heldLine = (one) => [
  ["Approve", "a", () => setMessage(one, "show", `Approved ${short(one)}`), "main"],
  ["Hide", "h", () => setMessage(one, "hide", `Hid ${short(one)}`)],
];

const heldQuestion = (one) => [
  ["Approve", "a", () => setMessage(one, "approve", `Approved ${short(one)}`), "main"],
  ["Archive", "h", () => setMessage(one, "archive", `Archived ${short(one)}`)],
];

const short = (one) => `“${plain(one.text, 40)}”`;

function fresh() {
  const refs = new Set(state.held.map((one) => one.ref));
  return state.questions
    .filter((one) => one.state === "new" && one.lead === null && !refs.has(one.ref))
    .map((one) => ({ one, going: `question:${one.event}:${one.n}`, since: one.at, whole: freshQuestion }));
}

const freshQuestion = ({ one, going, since }) => ({
  key: going,
  going,
  on: `question:${one.n}`,
  title: `New question ${one.n}`,
  since,
  name: one.name,
  text: one.text,
  about: one.asked_by > 1 ? `asked by ${one.asked_by}` : "",
  acts: () => [
    ["Approve", "a", () => setQuestion(one, "approve", `Approved question ${one.n}`), "main"],
    ["Queue", "q", () => setQuestion(one, "queue", `Queued question ${one.n}`)],
    ["Decline", "h", () => setQuestion(one, "decline", `Declined question ${one.n}`)],
  ],
});

const offered = () =>
  state.offers.map((one) => ({ one, going: `offer:${one.decision}`, since: offeredAt(one), whole: suggestion }));

const offeredAt = (one) => decisionOf(one)?.at ?? state.chat.find((line) => line.ref === one.ref)?.read ?? Infinity;

const suggestion = ({ one, going, since }) => ({
  key: going,
  going,
  on: `message:${one.ref}`,
  title: "Suggestion",
  since,
  name: one.name,
  text: one.text,
  about: one.offered
    .map((offer) => `${offer.rule} suggests: ${effects(offer.effects)}${offer.reason ? ` (${offer.reason})` : ""}`)
    .join("; "),
  why: one.decision,
  acts: () => [
    ["Accept", "a", () => offer(one, "accept", `Accepted the suggestion about ${short(one)}`), "main"],
    ["Dismiss", "x", () => offer(one, "dismiss", `Dismissed the suggestion about ${short(one)}`)],
  ],
});

const offer = (one, verb, past) =>
  act({
    key: `offer:${one.decision}`,
    path: at`decisions/${one.decision}/${verb}`,
    past,
    linger: 1500,
    after: ["offers", "deeds", "chat"],
    topics: ["offers"],
  });

const planned = () =>
  (state.upcoming.offers ?? []).map((one) => ({ one, going: `plan:${one.key}`, since: one.at, whole: planOffer }));

const planOffer = ({ one, going, since }) => ({
  key: `plan:${one.event}:${one.key}`,
  going,
  title: one.item === "promote" ? "Asked in the chat: make it a question?" : "The running order offers",
  since,
  until: one.until,
  ending: "offered for another",
  text: one.text || one.item,
  about: one.why,
  acts: () => [
    ["Take it", "a", () => plan(one, "take", `Took ${plain(one.text || one.item, 40)}`), "main"],
    ["Drop", "x", () => plan(one, "drop", `Dropped ${plain(one.text || one.item, 40)}`)],
  ],
});

const plan = (one, verb, past) =>
  act({
    key: `plan:${one.key}`,
    path: at`offers/${one.key}/${verb}`,
    query: { event: one.event },
    past,
    linger: 1500,
    after: ["upcoming", "questions"],
    topics: ["upcoming"],
  });

const saves = () =>
  state.rules.flatMap((channel) =>
    (channel.in_shadow ?? []).map((rule) => ({ one: { channel, rule }, going: `rule:${rule}`, since: channel.since, whole: save })),
  );

const save = ({ one: { channel, rule }, going, since }) => ({
  key: `save:${channel.channel}:${rule}`,
  going,
  title: "A saved rule waits in shadow",
  since,
  text: rule,
  about: channel.last_save?.text ?? "",
  acts: () => [["Confirm…", "a", () => confirmSave(channel, rule), "main"]],
});

// ── one row ──

function row(one) {
  const taken = others(one.on);
  return el(
    "li",
    { class: "card", data: { key: one.key, ...(one.on ? { on: one.on } : {}) } },
    el(
      "p",
      { class: "head" },
      el("strong", {}, one.title),
      Number.isFinite(one.since) ? since(one.since) : null,
      one.until ? ends(one) : null,
      taken ? word(taken, "fair") : null,
    ),
    el(
      "p",
      { class: "text" },
      one.name === undefined ? null : el("span", { class: "author" }, named(one.name)),
      said(one.text, one.spans),
    ),
    one.about ? el("p", { class: "about" }, said(one.about)) : null,
    fault(one.going) ? el("p", { class: "fault" }, fault(one.going)) : null,
    el("p", { class: "acts" }, ...one.acts().map((each) => press(one, each)), one.why ? whyButton(one.why, TOPIC) : null),
    one.why && whyIfOpen(one.why, TOPIC),
  );
}

const press = (one, [text, key, go, kind]) =>
  button(text, go, { key, does: key, kind, name: plain(one.text, 40), off: !may("moderator") });

const ends = (one) => el("span", { class: "quiet" }, `${one.ending ?? "decided by itself in"} `, until(one.until));

/** Who else looks at it. */
export function others(on) {
  const names = state.people.filter((one) => on && one.on === on && one.name !== state.me?.name).map((one) => plain(one.name, 20));
  return names.length ? `${names.join(" and ")} ${names.length > 1 ? "are" : "is"} at it` : "";
}
