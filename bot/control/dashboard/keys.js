// Single keys. The table below is the only place that knows them; the help is made from it. Keys are ignored in fields and dialogs,
// and a switch in the head turns all of them off.

import { undoNewest } from "./acts.js";
import { ask } from "./ask.js";
import { freeze } from "./chat.js";
import { el } from "./dom.js";
import { toggle as pauseOrResume } from "./pause.js";
import { rowOf, step } from "./rows.js";

const COLUMNS = {
  1: ["needs"],
  2: ["deeds"],
  3: ["chat"],
  4: ["questions", "poll", "next", "people", "switches", "rules", "trends"],
};
const OFF = "usher-keys-off";

export const KEYS = [
  { key: "j", does: "next in the list", act: () => move(1) },
  { key: "k", does: "the one before", act: () => move(-1) },
  { key: "a", does: "approve, accept, show again", act: () => press("a") },
  { key: "h", does: "hide, decline, archive", act: () => press("h") },
  { key: "q", does: "put the question into the speaker’s queue", act: () => press("q") },
  { key: "u", does: "undo: what is chosen in “What was done”, else your newest act", act: undo },
  { key: "w", does: "why: open or close the reasons in place", act: () => press("w") },
  { key: "m", does: "merge: once to pick a question up, again on the one it belongs to", act: () => press("m") },
  { key: "x", does: "dismiss a suggestion, mark a question answered, close the poll", act: () => press("x") || close() },
  { key: "f", does: "freeze the chat, or let it run", act: freeze },
  { key: "/", does: "search the chat", act: () => document.getElementById("search").focus() },
  { key: "1", does: "go to what needs you", act: () => column(1) },
  { key: "2", does: "go to what was done", act: () => column(2) },
  { key: "3", does: "go to the chat", act: () => column(3) },
  { key: "4", does: "go to the questions; again: poll, next, people, switches, rules, trends", act: () => column(4) },
  { key: "?", does: "this help", act: help },
  { key: "P", shown: "Shift+P", does: "pause all at once; again: resume", act: pauseOrResume },
];

const isOff = () => localStorage.getItem(OFF) === "1";

/** Begins to listen, and puts switch and help into the head. */
export function listenToKeys() {
  const box = el("input", { type: "checkbox", id: "keys-on" });
  box.checked = !isOff();
  box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "0" : "1"));
  document
    .getElementById("keys")
    .append(
      el("label", { class: "field" }, box, el("span", {}, "Single keys")),
      el("button", { type: "button", data: { key: "?" }, on: { click: help } }, "Keys"),
    );
  document.addEventListener("keydown", pressed);
}

function pressed(event) {
  if (isOff() || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (
    event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") ||
    document.querySelector("dialog[open]")
  )
    return;
  const found = KEYS.find((one) => one.key === event.key);
  if (!found) return;
  event.preventDefault();
  found.act();
}

/** The row that is worked on: the focused one, else the first that needs somebody. */
function chosen() {
  const row = rowOf(document.activeElement);
  if (row) return row;
  const first = document.querySelector("#needs .walkable > *");
  first?.focus();
  return first;
}

function press(key) {
  const found = chosen()?.querySelector(`button[data-key="${CSS.escape(key)}"]:not(:disabled)`);
  found?.click();
  return Boolean(found);
}

function undo() {
  const row = rowOf(document.activeElement);
  const found = row?.querySelector("button[data-key=u]:not(:disabled)");
  if (found) found.click();
  else undoNewest();
}

function close() {
  document.querySelector("#poll button[data-key=x]:not(:disabled)")?.click();
}

function move(by) {
  const list =
    rowOf(document.activeElement)?.parentElement ??
    document.activeElement.closest("section")?.querySelector(".walkable") ??
    document.querySelector("#needs .walkable");
  step(list, by);
}

/** Goes to a column's panel: the first, or the one after the panel that has the focus. */
function column(number) {
  const ids = COLUMNS[number];
  const at = ids.indexOf(document.activeElement.closest("section")?.id);
  const section = document.getElementById(ids[(at + 1) % ids.length]);
  const row = section.querySelector(".walkable > .chosen") ?? section.querySelector(".walkable > *");
  section.scrollIntoView({ block: "nearest" });
  (row ?? section.querySelector("h2")).focus();
}

function help() {
  const rows = KEYS.map((one) =>
    el("tr", {}, el("th", { scope: "row" }, el("kbd", {}, one.shown ?? one.key)), el("td", {}, one.does)),
  );
  const table = el("table", {}, el("caption", { class: "unseen" }, "Keys"), el("tbody", {}, ...rows));
  const more = el(
    "p",
    {},
    "They work outside of fields. Arrow keys walk through a list too, Esc closes a dialog. “Single keys” in the head turns them off.",
  );
  return ask("Keys", [table, more], [["", "Close"]]);
}
