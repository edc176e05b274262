// How it goes, minute by minute: columns with the newest figures in words, and the whole as a table.

import { columns, table } from "./bars.js";
import { el, tell } from "./dom.js";
import { empty, folded, panel } from "./parts.js";
import { on, state } from "./state.js";

const SHOWN = [
  ["messages", "messages", "one"],
  ["hidden", "hidden", "two"],
  ["held", "held", "three"],
  ["questions", "questions", "four"],
];
const HOURS = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const minute = (at) => HOURS.format(new Date(at * 1000));
const parts = {};

/** Fills the panel. */
export function showTrends() {
  const place = panel("trends");
  parts.words = el("p");
  parts.charts = SHOWN.map(([name, text, tone]) => chart(name, text, tone));
  parts.table = el("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": "Minute by minute" });
  parts.empty = empty("No minute is over yet.");
  place.body.append(
    parts.words,
    el("div", { class: "charts" }, ...parts.charts.map((one) => one.node)),
    folded("minutes", "As a table", parts.table),
    parts.empty,
  );
  on(["trends"], show);
}

function chart(name, text, tone) {
  const list = el("ol", { class: "columns" });
  const figure = el("strong");
  return { name, text, tone, list, figure, node: el("figure", {}, el("figcaption", {}, figure, ` ${text}`), list) };
}

function show() {
  const minutes = state.trends;
  parts.empty.hidden = minutes.length > 0;
  for (const one of parts.charts) draw(one, minutes);
  const rows = [...minutes].reverse().map((row) => [minute(row.at), ...SHOWN.map(([name]) => row[name] ?? 0)]);
  parts.table.replaceChildren(table("Each minute, newest first", ["Minute", ...SHOWN.map(([, text]) => text)], rows));
  const sum = (name) => minutes.reduce((total, row) => total + (row[name] ?? 0), 0);
  tell(
    parts.words,
    minutes.length
      ? `In the last ${minutes.length} minutes: ${SHOWN.map(([name, text]) => `${sum(name)} ${text}`).join(", ")}. Below, the newest minute’s figure and the minutes before.`
      : "",
  );
}

function draw({ name, text, tone, list, figure }, minutes) {
  const values = minutes.map((row) => row[name] ?? 0);
  columns(
    list,
    minutes.map((row, at) => ({
      key: row.at,
      title: `${minute(row.at)}: ${values[at]} ${text}`,
      values: [{ value: values[at], tone }],
    })),
    Math.max(1, ...values),
  );
  tell(figure, String(values.at(-1) ?? 0));
}
