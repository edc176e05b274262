// Lists that are walked with j and k or the arrow keys. One row of a list can be reached with Tab; the buttons of the others wait.

import { set } from "./dom.js";

/** Makes a list walkable. Its rows are its element children; `chosen` hears of each new one. */
export function walkable(list, chosen = () => {}) {
  list.classList.add("walkable");
  list.addEventListener("keydown", (event) => arrows(list, event));
  list.addEventListener("focusin", (event) => {
    const row = rowOf(event.target);
    if (row && row.parentElement === list) choose(list, row, chosen);
  });
  list.addEventListener("pointerdown", (event) => {
    const row = rowOf(event.target);
    if (row && !event.target.closest("button, a, input, select, summary")) row.focus({ preventScroll: true });
  });
}

/** After rows came or went: exactly one of them can be reached with Tab. */
export function settle(list) {
  const current = list.querySelector(":scope > .chosen") ?? list.firstElementChild;
  for (const row of list.children) reachable(row, row === current);
}

function choose(list, row, chosen) {
  if (row.classList.contains("chosen")) return;
  for (const other of list.children) {
    other.classList.toggle("chosen", other === row);
    reachable(other, other === row);
  }
  chosen(row);
}

function reachable(row, yes) {
  if (row.inReach === yes) return;
  row.inReach = yes;
  set(row, "tabindex", yes ? "0" : "-1");
  for (const part of row.querySelectorAll("button, select, summary")) set(part, "tabindex", yes ? null : "-1");
}

function arrows(list, event) {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (!(event.key in steps) || event.target.closest("select, input") || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  step(list, steps[event.key]);
}

/** Moves to the next row (1) or the one before (-1); to the first if none is chosen; after the last to the button that shows more. */
export function step(list, by) {
  const rows = [...list.children];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const found = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.max(0, at + by)];
  (found ?? list.parentElement.querySelector(":scope > .more:not([hidden])") ?? rows.at(-1))?.focus();
}

/** The row that something stands in. */
export function rowOf(node) {
  let row = node;
  while (row && !row.parentElement?.classList.contains("walkable")) row = row.parentElement;
  return row;
}
