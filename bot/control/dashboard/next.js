// The next 15 minutes: what fires when, what is put off and by what, and what can be started by hand.

import { act, isGoing } from "./acts.js";
import { at } from "./api.js";
import { clock } from "./clock.js";
import { el, keep } from "./dom.js";
import { button, empty, folded, panel, word } from "./parts.js";
import { may, on, state } from "./state.js";
import { plain, said } from "./text.js";
import { since, until } from "./ticks.js";

const KINDS = { poll: "poll", quiz: "quiz", cue: "cue", announcement: "announcement", capture: "word cloud" };
let place = null;
const lists = {};

/** Fills the panel. */
export function showNext() {
  place = panel("next");
  for (const name of ["next", "waiting", "items", "left"]) lists[name] = el("ul", { class: "rows" });
  place.body.append(
    lists.next,
    empty("Nothing is due in the next 15 minutes."),
    el("div", {}, el("h3", {}, "Put off"), lists.waiting),
    folded("items", "Start something by hand", lists.items),
    folded("left", "Left out or dropped", lists.left),
  );
  on(["upcoming", "me"], show);
}

function show() {
  const { next = [], waiting = [], items = [], dropped = [], skipped = [] } = state.upcoming;
  draw("next", next, (one) => `${one.event} ${one.key} ${one.at}`, due);
  draw("waiting", waiting, (one) => one.key, putOff);
  draw(
    "items",
    items.filter((one) => one.enabled),
    (one) => `${one.event} ${one.key}`,
    item,
  );
  draw("left", [...dropped, ...skipped].slice(0, 20), (one) => `${one.key ?? one.item} ${one.at} ${one.occurrence}`, leftOut);
  place.body.children[1].hidden = next.length > 0;
  lists.waiting.parentElement.hidden = waiting.length === 0;
  lists.left.parentElement.hidden = dropped.length + skipped.length === 0;
  lists.items.parentElement.hidden = items.length === 0;
  place.count(next.length || "");
}

function draw(name, rows, key, make) {
  keep(lists[name], rows, {
    key,
    make,
    shape: (one) => `${JSON.stringify({ ...one, in: 0 })}${may("moderator")}${isGoing(`item:${one.key}`)}`,
  });
}

const kind = (one) => `${KINDS[one.kind] ?? one.kind ?? "item"} ${one.id ?? one.key}`;

function due(one) {
  return el(
    "li",
    {},
    el("time", {}, clock(one.at)),
    " in ",
    until(one.at),
    ": ",
    said(kind(one)),
    one.what === "closes" ? " closes" : "",
    one.mode && one.mode !== "act" ? word(one.mode === "suggest" ? "asks you first" : one.mode, "fair") : null,
    one.held ? word(`may wait: ${one.held}`, "fair") : null,
  );
}

function putOff(one) {
  return el(
    "li",
    {},
    said(one.text || one.source),
    word(`waits: ${one.why}`, "fair"),
    el(
      "span",
      { class: "quiet" },
      ` since ${clock(one.since)}`,
      one.until ? ", at most another " : "",
      one.until ? until(one.until) : "",
    ),
  );
}

function leftOut(one) {
  return el("li", {}, said(one.text || one.item || one.key), word(one.why), " ", since(one.at));
}

function item(one) {
  const past = `Started ${kind(one)}`;
  const start = () =>
    act({
      key: `item:${one.key}`,
      path: at`items/${one.key}/start`,
      query: { event: one.event },
      past,
      after: ["upcoming", "polls", "deeds"],
      final: "What the audience has seen stays seen.",
    });
  const last = one.last ? [", last ", since(one.last)] : [];
  return el(
    "li",
    { class: "startable" },
    el("span", {}, said(kind(one)), el("span", { class: "quiet" }, one.started ? ` ${one.started} times so far` : "", ...last)),
    button("Start", start, { does: "start", name: plain(kind(one)), off: !may("moderator") || isGoing(`item:${one.key}`) }),
  );
}
