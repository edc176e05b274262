// The open poll: bars that grow, the time that is left, and what can be done with it. Below, the newest that are over.

import { act, fault, isGoing } from "./acts.js";
import { at } from "./api.js";
import { sure } from "./ask.js";
import { bars } from "./bars.js";
import { clock, left, now } from "./clock.js";
import { el, keep, tell } from "./dom.js";
import { button, empty, folded, panel, word } from "./parts.js";
import { settle, walkable } from "./rows.js";
import { showRunning } from "./running.js";
import { may, on, state } from "./state.js";
import { plain, said, times } from "./text.js";

const OPEN = ["creating", "opening", "open", "closing"];
const OVER = 3;
let place = null;
let list = null;
let over = null;
let archive = null;

/** Fills the panel. */
export function showPoll() {
  place = panel("poll");
  list = el("ul", { class: "cards", "aria-label": "Open polls" });
  over = el("ul", { class: "cards" });
  archive = el("ul", { class: "cards" });
  place.body.append(
    list,
    empty("No poll is open."),
    folded("polls-over", "The newest that are over", over),
    folded("polls-archived", "Archived", archive),
  );
  showRunning(place.body);
  walkable(list);
  on(["polls", "me"], show);
  setInterval(times_, 1000);
}

function show() {
  const open = state.polls.filter((one) => OPEN.includes(one.state));
  const done = state.polls.filter((one) => !OPEN.includes(one.state) && one.opened);
  const ended = done.filter((one) => one.state !== "archived").slice(0, OVER);
  const archived = done.filter((one) => one.state === "archived");
  draw(list, open, openRow);
  draw(over, ended, overRow);
  draw(archive, archived, overRow);
  settle(list);
  place.count(open.length ? `${open.length} open` : "");
  place.body.children[1].hidden = open.length > 0;
  over.parentElement.hidden = ended.length === 0;
  archive.parentElement.hidden = archived.length === 0;
  times_();
}

function draw(into, polls, make) {
  keep(into, polls, {
    key: (one) => `${one.event}:${one.key}`,
    shape: (one) => [one.state, one.question, one.options, isGoing(goes(one)), fault(goes(one)), may("moderator")].join("|"),
    make,
  });
  polls.forEach((one, index) => results(into.children[index], one));
}

const goes = (one) => `poll:${one.event}:${one.key}`;

function openRow(one) {
  return el(
    "li",
    { class: "card poll", data: { key: goes(one) } },
    el("p", { class: "head" }, el("strong", {}, said(one.question)), word(one.state, "good")),
    el("p", { class: "about" }, el("span", { class: "left" }), " · ", el("span", { class: "votes" })),
    el("ul", { class: "bars" }),
    fault(goes(one)) ? el("p", { class: "fault" }, fault(goes(one))) : null,
    el("p", { class: "acts" }, ...acts(one)),
  );
}

function overRow(one) {
  return el(
    "li",
    { class: "card poll" },
    el(
      "p",
      { class: "head" },
      el("strong", {}, said(one.question)),
      word(one.state),
      el("span", { class: "quiet" }, one.closed ? clock(one.closed) : ""),
    ),
    el("p", { class: "about" }, el("span", { class: "votes" })),
    el("ul", { class: "bars" }),
    fault(goes(one)) ? el("p", { class: "fault" }, fault(goes(one))) : null,
    putAway(one),
  );
}

function putAway(one) {
  const [verb, text, past] = one.state === "archived" ? ["restore", "Take out", "Took out"] : ["archive", "Archive", "Archived"];
  if (!["closed", "archived"].includes(one.state) || one.type === "quiz_question") return null;
  const name = plain(one.question, 40);
  const off = !may("moderator") || isGoing(goes(one));
  return el("p", { class: "acts" }, button(text, () => post(one, verb, `${past} the poll “${name}”`), { does: verb, name, off }));
}

function results(row, one) {
  const rows = one.options.map((text, index) => {
    const count = one.counts?.[index] ?? 0;
    return { text, value: one.percent?.[index] ?? 0, note: one.counts ? `${count} · ${one.percent?.[index] ?? 0} %` : "–" };
  });
  bars(row.querySelector(".bars"), rows, 100);
  tell(
    row.querySelector(".votes"),
    one.counts
      ? `${times(one.votes, "vote")}${one.provisional ? ", not final" : ""}`
      : one.results_policy === "always"
        ? "votes are not counted yet"
        : "votes are counted when it closes",
  );
}

function times_() {
  const open = state.polls.filter((one) => OPEN.includes(one.state));
  open.forEach((one, index) => {
    const node = list.children[index]?.querySelector(".left");
    if (node) tell(node, one.closes ? `closes in ${left(Math.max(0, one.closes - now()))}` : "stays open until closed");
  });
}

function acts(one) {
  const off = !may("moderator") || isGoing(goes(one));
  const name = plain(one.question, 40);
  return [
    button("Close", () => close(one), { key: "x", does: "close", kind: "main", name, off }),
    button("+30 s", () => post(one, "extend", `Extended the poll “${name}” by 30 s`, { for: "30s" }), {
      does: "extend",
      name,
      off,
    }),
    button("+2 min", () => post(one, "extend", `Extended the poll “${name}” by 2 min`, { for: "2m" }), {
      does: "extend2",
      name,
      off,
    }),
    button("Void…", () => voided(one), { does: "void", name, off }),
  ];
}

function post(one, verb, past, body = {}, final = "") {
  return act({
    key: goes(one),
    path: at`polls/${one.key}/${verb}`,
    query: { event: one.event },
    body,
    past,
    final,
    after: ["polls", "deeds", "upcoming"],
    topics: ["polls"],
  });
}

async function close(one) {
  const text = `${times(one.votes, "vote")} so far. A closed poll cannot be opened again.`;
  if (await sure("Close the poll?", text, "Close it"))
    await post(one, "close", `Closed the poll “${plain(one.question, 40)}”`, {}, "A closed poll cannot be opened again.");
}

async function voided(one) {
  const text = "It is closed, its result is thrown away, and nothing is told to the audience. This cannot be taken back.";
  if (await sure("Void the poll?", text, "Void it", "stop"))
    await post(one, "void", `Voided the poll “${plain(one.question, 40)}”`, {}, "This cannot be taken back.");
}
