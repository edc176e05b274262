// Why a decision was made, opened in its place: rules with file and line, the words highlighted, values against their thresholds, the
// calls and their answers, and any other rule asked for its reason.

import { at, read } from "./api.js";
import { clock } from "./clock.js";
import { el } from "./dom.js";
import { button, choice } from "./parts.js";
import { state, told } from "./state.js";
import { person, plain, said } from "./text.js";

const open = new Set(); // "topic id": the same decision may stand in two panels
const known = new Map(); // decision id -> DecisionView, or {fault}
const ENTRY = {
  pending: "waits to be sent",
  sending: "is being sent",
  done: "done, the platform said yes",
  gone: "the message is gone on the platform",
  failed: "failed",
  expired: "came too late and was not sent",
  cancelled: "was cancelled",
  parked: "was put aside",
  unknown: "no clear answer; it is being looked up",
};
const KIND = {
  set_message_status: "set the message to",
  post_message: "post",
  create_poll: "open a poll",
  set_poll: "set the poll to",
  set_event: "switch the event",
  send_alert: "alert the team",
  call_webhook: "call a web address",
  ask_service: "ask a service",
  set_stream: "switch the livestream",
  write_report: "write the report",
};

export const isOpen = (id, topic) => open.size > 0 && open.has(`${topic} ${id}`);

/** What a row's `shape` must contain so that it is made again when its why opens, closes or arrives. */
export const whyShape = (id, topic) => (isOpen(id, topic) ? `why ${known.has(id)}` : "");

/** Opens or closes it; `topic` is the part of the page that shows it. */
export async function toggleWhy(id, topic) {
  if (open.delete(`${topic} ${id}`)) return told(topic);
  open.add(`${topic} ${id}`);
  told(topic);
  try {
    known.set(id, await read(at`decisions/${id}`));
  } catch (error) {
    known.set(id, { fault: error.message });
  }
  told(topic);
}

/** The button that opens it. */
export function whyButton(id, topic) {
  const node = button("Why", () => toggleWhy(id, topic), { key: "w", does: "why" });
  node.setAttribute("aria-expanded", String(isOpen(id, topic)));
  return node;
}

/** The why of a decision if it is open, else nothing. */
export function whyIfOpen(id, topic) {
  if (!isOpen(id, topic)) return null;
  const found = known.get(id);
  if (!found) return el("div", { class: "why" }, el("p", {}, "Asking…"));
  if (found.fault) return el("div", { class: "why" }, el("p", { class: "fault" }, found.fault));
  return el("div", { class: "why" }, ...words(found), ...verdicts(found), ...entries(found), asking(found));
}

function words(one) {
  const spans = [...one.verdicts, ...one.suggested, ...one.shadow].flatMap((verdict) => verdict.matches.map((match) => match.span));
  const text = one.message ? [el("p", { class: "quote" }, said(one.message.text, spans, { whole: true }))] : [];
  const by = `Decided by ${one.who === "rules" ? "the rules" : person(one.who)} at ${clock(one.at)}`;
  const undone = one.undone_by ? [el("p", {}, "It was undone.")] : [];
  const note = one.note ? [el("p", {}, said(one.note))] : [];
  return [...text, el("p", { class: "quiet" }, `${by}, rule set ${one.ruleset.slice(0, 8)}`), ...note, ...undone];
}

function verdicts(one) {
  const groups = [
    [one.verdicts, ""],
    [one.suggested, "offered only: "],
    [one.shadow, "in shadow, nothing done: "],
  ];
  const shown = groups.flatMap(([list, how]) => list.map((verdict) => oneVerdict(verdict, how)));
  const near = one.near.map((text) => el("li", {}, el("span", { class: "quiet" }, "nearly: "), said(text)));
  if (!shown.length && !near.length) return one.who === "rules" ? [el("p", {}, "No rule had anything against it.")] : [];
  return [el("ul", { class: "verdicts" }, ...shown, ...near)];
}

function oneVerdict(verdict, how) {
  const notes = verdict.notes.map((note) => el("li", {}, said(note)));
  const matches = verdict.matches.map((match) =>
    el("li", {}, el("mark", {}, said(match.text)), ` at ${match.span[0]} to ${match.span[1]}`),
  );
  return el(
    "li",
    {},
    el("span", { class: "quiet" }, how),
    el("strong", {}, verdict.rule),
    ` ${place(verdict.rule)}`,
    verdict.reason ? ` · ${verdict.reason}` : "",
    ` · severity ${verdict.severity} of 5 · ${effects(verdict.effects)}`,
    verdict.error ? el("p", { class: "fault" }, said(verdict.error)) : null,
    el("ul", {}, ...matches, ...notes),
  );
}

/** A rule's file and line, if it is in force. */
export function place(id) {
  const rule = state.rules.flatMap((channel) => channel.rules).find((one) => one.id === id);
  return rule ? `(${rule.file}, line ${rule.line})` : "";
}

export const effects = (list) =>
  list
    .map((one) =>
      Object.entries(one)
        .map(([name, value]) => effect(name, value))
        .join(", "),
    )
    .join(", ");

function effect(name, value) {
  if (value === true) return name;
  if (typeof value !== "object" || value === null) return `${name} ${plain(String(value), 60)}`;
  const inside = Object.entries(value).map(
    ([key, one]) => `${key} ${plain(typeof one === "object" ? JSON.stringify(one) : String(one), 40)}`,
  );
  return `${name} (${inside.join(", ")})`;
}

function entries(one) {
  if (!one.entries.length) return [];
  const rows = one.entries.map((entry) =>
    el(
      "li",
      {},
      `${KIND[entry.kind] ?? entry.kind} `,
      said(entry.action.status ?? entry.action.text ?? entry.action.question ?? ""),
      ` – ${ENTRY[entry.state] ?? entry.state}`,
      entry.sent_at ? ` at ${clock(entry.sent_at)}` : "",
      entry.attempts > 1 ? `, ${entry.attempts} attempts` : "",
      entry.error ? el("span", { class: "fault" }, ": ", said(entry.error)) : "",
    ),
  );
  return [el("p", {}, "Calls to the platform:"), el("ul", {}, ...rows)];
}

/** Any rule can be asked: why, or why not. */
function asking(one) {
  const ids = [...new Set(state.rules.flatMap((channel) => channel.rules.map((rule) => rule.id)))];
  const answer = el("div", { class: "answer", "aria-live": "polite" });
  if (!ids.length || !one.message) return answer;
  const pairs = [["", "choose a rule"], ...ids.map((id) => [id, id])];
  const list = choice("Ask another rule why, or why not", pairs, "", (rule) => rule && answered(one.id, rule, answer));
  return el("div", { class: "asking" }, list, answer);
}

async function answered(id, rule, place) {
  try {
    const found = await read(at`decisions/${id}/why`, { rule });
    const parts = found.parts.map((part) =>
      el("li", { class: `deep${Math.min(part.depth, 4)}` }, part.holds ? "yes: " : "no: ", said(part.text)),
    );
    const text = found.rule_text
      ? [el("pre", { tabindex: "0", "aria-label": "the rule as it stood" }, said(found.rule_text, [], { whole: true }))]
      : [];
    place.replaceChildren(el("p", {}, said(found.why.join("; "))), el("ul", { class: "parts" }, ...parts), ...text);
  } catch (error) {
    place.replaceChildren(el("p", { class: "fault" }, error.message));
  }
}
