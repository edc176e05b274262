// What people wrote, made harmless to look at. Text is only ever set as text; marks that would steer the direction of
// reading, hide or stack are shown as what they are. Every piece stands in a <bdi>, so it cannot turn what is beside it.

import { el } from "./dom.js";

const STEERING =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufdd0-\ufdef\u{e0000}-\u{e0fff}]/u;
const JOINS = /[\u200c\u200d]/;
const JOINED =
  /[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Malayalam}\p{Script=Sinhala}]/u;
const STACKED = /\p{M}/u;
const ODD = new RegExp(`${STEERING.source}|${STACKED.source}|\\p{Cs}`, "u"); // what has to be looked at character by character
const MOST_MARKS = 4; // combining marks on one letter; more is a tower, not a language
const LONG = 600;

/** A piece of text by a person, as a <bdi>. `spans` are [from, to) in code points, to be highlighted. */
export function said(text, spans = [], { whole = false } = {}) {
  if (isEasy(text, LONG) && !spans.length) return el("bdi", { class: "said", dir: "auto" }, text);
  const points = Array.from(text ?? "");
  const shown = whole ? points : points.slice(0, LONG);
  const node = el("bdi", { class: "said", dir: "auto" });
  for (const run of runs(shown, spans)) node.append(...(run.marked ? [el("mark", {}, ...run.parts)] : run.parts));
  if (points.length > shown.length) node.append(el("span", { class: "cut" }, ` … ${points.length - shown.length} more characters`));
  return node;
}

/** Most texts are short and plain: they are shown as they are. */
const isEasy = (text, most) => typeof text === "string" && text.length <= most && !ODD.test(text);

function runs(points, spans) {
  const found = [];
  let marks = 0;
  points.forEach((point, at) => {
    marks = STACKED.test(point) ? marks + 1 : 0;
    if (marks > MOST_MARKS) return;
    const marked = spans.some(([from, to]) => at >= from && at < to);
    if (found.at(-1)?.marked !== marked) found.push({ marked, parts: [] });
    add(found.at(-1).parts, visible(point, points[at - 1]));
  });
  return found;
}

function add(parts, piece) {
  if (typeof piece === "string" && typeof parts.at(-1) === "string") parts[parts.length - 1] += piece;
  else parts.push(piece);
}

function visible(point, before) {
  if (JOINS.test(point) && before && JOINED.test(before)) return point;
  if (!STEERING.test(point) && !lone(point)) return point;
  return el("span", { class: "steering", title: "a character that cannot be seen" }, `‹U+${code(point)}›`);
}

function lone(point) {
  const value = point.codePointAt(0);
  return value >= 0xd800 && value <= 0xdfff;
}

function code(point) {
  return point.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
}

/** The same as plain text, for names of controls and announcements. */
export function plain(text, most = 80) {
  if (isEasy(text, most)) return text;
  const points = Array.from(text ?? "").map((point, at, all) => {
    const piece = visible(point, all[at - 1]);
    return typeof piece === "string" ? piece : piece.textContent;
  });
  return points.length > most ? points.slice(0, most - 1).join("") + "…" : points.join("");
}

/** Somebody's name; people without one are told so. */
export function named(name) {
  return name ? said(name) : el("span", { class: "quiet" }, "somebody without a name");
}

export function times(count, one, many = one + "s") {
  return `${count} ${count === 1 ? one : many}`;
}

/** Who did something, as the store has it: "rules", or "person:anna". */
export const person = (who) => plain((who ?? "").replace(/^person:/, ""), 30);
