// The Q&A board: on stage, the speaker's queue, what waits; clusters of the same question, to be merged and split.

import { announce, fault, isGoing, lookAt, setQuestion } from "./acts.js";
import { el, keep } from "./dom.js";
import { Longer } from "./longer.js";
import { button, empty, panel, word } from "./parts.js";
import { others } from "./needs.js";
import { settle, walkable } from "./rows.js";
import { may, on, state, told } from "./state.js";
import { named, plain, said } from "./text.js";
import { since } from "./ticks.js";

const TOPIC = "questions";
const ORDER = ["answering", "queued", "approved", "follow_up", "new", "answered", "declined"];
const WORDS = {
  new: "new",
  approved: "approved",
  queued: "in the queue",
  answering: "on stage",
  answered: "answered",
  follow_up: "later",
  declined: "declined",
};
const TONES = { answering: "good", queued: "good", new: "fair" };
const CLOSED = 10; // answered and declined ones that are still shown
let place = null;
let list = null;
let longer = null;
let picked = null; // the question that is to be merged into another one

/** Fills the panel. */
export function showQuestions() {
  place = panel("questions");
  list = el("ul", { class: "cards", "aria-label": "Questions: on stage, queue, then what waits" });
  longer = new Longer(list, show);
  place.body.append(list, longer.button, empty("No question yet."));
  walkable(list, (row) => lookAt(`question:${row.dataset.n}`));
  on([TOPIC, "people", "me"], show);
}

function show() {
  const roots = state.questions.filter((one) => one.lead === null);
  const open = roots.filter((one) => !isClosed(one)).sort(order);
  const closed = roots
    .filter(isClosed)
    .sort((a, b) => (b.answered ?? b.at) - (a.answered ?? a.at))
    .slice(0, CLOSED);
  keep(list, longer.part([...open, ...closed]), { key: (one) => `${one.event}:${one.n}`, shape, make: row });
  settle(list);
  place.count(`${open.length} open`);
  place.body.lastElementChild.hidden = roots.length > 0;
}

const isClosed = (one) => one.state === "answered" || one.state === "declined";

const order = (a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.at - b.at;

const goes = (one) => `question:${one.event}:${one.n}`;

const shape = (one) => [
  one.state,
  one.text,
  one.asked_by,
  one.merged.join(),
  one.suggest.join(),
  one.claim?.who,
  picked?.n === one.n,
  picked !== null,
  others(`question:${one.n}`),
  isGoing(goes(one)),
  fault(goes(one)),
  may("moderator"),
];

function row(one) {
  return el(
    "li",
    { class: `card question ${one.state}`, data: { key: goes(one), n: one.n } },
    el(
      "p",
      { class: "head" },
      el("strong", {}, `${one.n}`),
      word(isGoing(goes(one)) ? "being changed…" : WORDS[one.state], TONES[one.state]),
      one.asked_by > 1 ? word(`asked by ${one.asked_by}`) : null,
      since(one.at),
      claimed(one),
    ),
    el("p", { class: "text" }, el("span", { class: "author" }, named(one.name)), said(one.text)),
    fault(goes(one)) ? el("p", { class: "fault" }, fault(goes(one))) : null,
    el("p", { class: "acts" }, ...acts(one), mergeButton(one)),
    ...one.merged.map((n) => member(one, n)),
    ...alike(one),
  );
}

function claimed(one) {
  const told = one.claim ? `${plain(one.claim.who, 20)} has it` : others(`question:${one.n}`);
  return told ? word(told, "fair") : null;
}

// ── what can be done with it ──

const ACTS = {
  approve: ["Approve", "a", "Approved"],
  queue: ["Queue", "q", "Queued"],
  answering: ["On stage", "", "On stage:"],
  answered: ["Answered", "x", "Answered:"],
  follow_up: ["Later", "", "For later:"],
  decline: ["Decline", "h", "Declined"],
};
const OFFERED = {
  new: ["approve", "queue", "decline"],
  approved: ["queue", "answering", "answered", "decline"],
  queued: ["answering", "answered", "follow_up", "decline"],
  answering: ["answered", "follow_up"],
  follow_up: ["queue", "answered", "decline"],
  answered: ["queue"],
  declined: ["approve"],
};

function acts(one) {
  return (OFFERED[one.state] ?? []).map((verb, at) => {
    const [text, key, past] = ACTS[verb];
    const press = () => setQuestion(one, verb, `${past} question ${one.n}`);
    return button(text, press, {
      key,
      does: verb,
      kind: at === 0 && !isClosed(one) ? "main" : "",
      name: plain(one.text, 40),
      off: !may("moderator") || isGoing(goes(one)),
    });
  });
}

// ── clusters ──

function mergeButton(one) {
  if (isClosed(one)) return null;
  const text = !picked ? "Merge…" : picked.n === one.n ? "Put back" : `Put ${picked.n} in here`;
  return button(text, () => pick(one), { key: "m", does: "merge", name: plain(one.text, 40), off: !may("moderator") });
}

/** The first press picks a question up, the second puts it into another one. */
function pick(one) {
  if (!picked) {
    picked = one;
    announce(
      `Question ${one.n} is picked up. Choose the one that it belongs to and press m, or press m on it again to put it back.`,
      "plain",
    );
  } else if (picked.n === one.n) {
    drop();
  } else {
    const from = picked;
    picked = null;
    merge(from, one);
  }
  told(TOPIC);
}

function drop() {
  picked = null;
  announce("Put back, nothing was merged.", "plain");
}

const merge = (from, into) => setQuestion(from, "merge", `Merged question ${from.n} into ${into.n}`, { into: into.n });

function member(one, n) {
  const other = state.questions.find((each) => each.n === n && each.event === one.event);
  if (!other) return null;
  const split = () => setQuestion(other, "split", `Split question ${n} off`);
  return el(
    "p",
    { class: "member" },
    el("span", { class: "quiet" }, `also ${n}: `),
    said(other.text),
    button("Split off", split, { does: `split${n}`, name: plain(other.text, 40), off: !may("moderator") }),
  );
}

function alike(one) {
  if (isClosed(one)) return [];
  return one.suggest
    .map(([n, likeness]) => [
      state.questions.find((each) => each.n === n && each.event === one.event && each.lead === null && !one.merged.includes(n)),
      likeness,
    ])
    .filter(([other]) => other)
    .map(([other, likeness]) =>
      el(
        "p",
        { class: "member" },
        el("span", { class: "quiet" }, `perhaps the same as ${other.n} (${Math.round(likeness * 100)} % alike): `),
        said(other.text),
        button("Merge", () => merge(one, other), {
          does: `merge${other.n}`,
          name: `${one.n} into ${other.n}`,
          off: !may("moderator"),
        }),
      ),
    );
}
