// Bars with their numbers. Length, number and words say the same; colour says nothing of its own. Each chart has a table as its twin.

import { el, keep, set, tell } from "./dom.js";
import { said } from "./text.js";

/** Draws [{text, value, note}] into `list` (a <ul class="bars">); `most` is what a full bar means. Bars that stay grow, they are not made again. */
export function bars(list, rows, most) {
  keep(
    list,
    rows.map((row, at) => ({ ...row, at })),
    { key: (row) => row.at, shape: (row) => row.text, make: bar },
  );
  rows.forEach((row, at) => fill(list.children[at], row, most));
}

function bar(row) {
  return el(
    "li",
    { class: "bar" },
    el("span", { class: "label" }, said(row.text)),
    el("span", { class: "track", "aria-hidden": "true" }, el("span", { class: "fill" })),
    el("span", { class: "number" }),
  );
}

function fill(node, row, most) {
  tell(node.querySelector(".number"), row.note);
  const share = most > 0 ? Math.max(0, Math.min(1, row.value / most)) : 0;
  node.querySelector(".fill").style.inlineSize = `${(share * 100).toFixed(1)}%`;
}

/** Columns over time: [{title, values: [{name, value, tone}]}]. `most` is the height of a full column. */
export function columns(place, rows, most) {
  keep(place, rows, { key: (row) => row.key, make: (row) => column(row, most), shape: (row) => JSON.stringify([row, most]) });
  set(place, "aria-hidden", "true");
}

function column(row, most) {
  const parts = row.values.map(({ value, tone }) => {
    const part = el("span", { class: `part ${tone}` });
    part.style.blockSize = `${most ? ((value / most) * 100).toFixed(1) : 0}%`;
    return part;
  });
  return el("li", { title: row.title }, ...parts);
}

/** The table twin. */
export function table(caption, heads, rows) {
  const head = el("thead", {}, el("tr", {}, ...heads.map((text) => el("th", { scope: "col" }, text))));
  const body = el(
    "tbody",
    {},
    ...rows.map(([first, ...rest]) =>
      el("tr", {}, el("th", { scope: "row" }, first), ...rest.map((one) => el("td", {}, String(one)))),
    ),
  );
  return el("table", {}, el("caption", {}, caption), head, body);
}
