// Who else is here and what they look at, and what people did lately.

import { clock } from "./clock.js";
import { el, keep } from "./dom.js";
import { empty, folded, panel, word } from "./parts.js";
import { on, state } from "./state.js";
import { person as who, plain, said } from "./text.js";

let place = null;
let list = null;
let log = null;

/** Fills the panel. */
export function showPeople() {
  place = panel("people");
  list = el("ul", { class: "rows" });
  log = el("ol", { class: "rows" });
  place.body.append(list, empty("Nobody else is here."), folded("audit", "What people did", log));
  on(["people", "held", "questions", "me"], show);
  on(["audit"], audit);
}

function show() {
  keep(list, state.people, { key: (one) => one.name, make: person, shape: (one) => `${one.name}${one.role}${one.on}${at(one)}` });
  place.count(state.people.length || "");
  place.body.children[1].hidden = state.people.length > 0;
}

function person(one) {
  const mine = one.name === state.me?.name ? " (you)" : "";
  const where = at(one);
  return el("li", {}, el("strong", {}, said(one.name)), `${mine}, ${one.role}`, where ? word(`at ${where}`, "fair") : null);
}

/** What somebody looks at, in words. */
function at(one) {
  const [kind, ref = ""] = (one.on ?? "").split(/:(.*)/s);
  if (kind === "question") return `question ${ref}`;
  if (kind !== "message") return "";
  const found = state.held.find((other) => other.ref === ref) ?? state.chat.find((other) => other.ref === ref);
  return found ? `“${plain(found.text, 40)}”` : "a message";
}

function audit() {
  keep(log, state.audit, { key: (one) => one.seq, make: row, shape: (one) => String(one.seq) });
}

function row(one) {
  return el(
    "li",
    {},
    el("time", { class: "quiet" }, clock(one.at)),
    " ",
    el("strong", {}, said(who(one.who))),
    ` ${one.action} `,
    said(one.target ?? ""),
  );
}
