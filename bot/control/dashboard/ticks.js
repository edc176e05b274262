// Times that run on by themselves: their text changes in its place, nothing around them is made again.

import { ago, left, now } from "./clock.js";
import { el, tell } from "./dom.js";

const TICK = 1000; // ms

/** “25 s ago”, kept true. `at` in seconds since 1970. */
export const since = (at) => el("span", { class: "quiet", data: { since: at } }, ago(at));

/** “4:31 min”, counted down to `at`. */
export const until = (at) => el("span", { class: "quiet", data: { until: at } }, remaining(at));

const remaining = (at) => left(Math.max(0, at - now()));

/** Begins to keep all of them true. */
export function tick() {
  setInterval(() => {
    for (const node of document.querySelectorAll("[data-since]")) tell(node, ago(Number(node.dataset.since)));
    for (const node of document.querySelectorAll("[data-until]")) tell(node, remaining(Number(node.dataset.until)));
  }, TICK);
}
