// The open poll, laid over the picture. Numbers are shown only when the rule files let the audience see them.

import { bars } from "./bars.js";
import { el } from "./dom.js";
import { now } from "./clock.js";
import { overlay } from "./overlay.js";
import { state } from "./state.js";
import { said, times } from "./text.js";

const RESULT = 30; // seconds that a result stays
let place = null;

overlay(["status", "events", "polls"], ["polls"], show);
setInterval(show, 1000);

function show() {
  const one = chosen();
  const numbers = one && (one.results_policy === "always" || (!isOpen(one) && one.results_policy !== "moderators")) && one.counts;
  const shape = one ? `${one.event} ${one.key} ${one.question} ${one.options.join("|")}` : "";
  if (place?.shape !== shape) draw(one, shape);
  if (!one) return;
  const list = place.querySelector(".bars");
  list.classList.toggle("choices", !numbers);
  bars(
    list,
    one.options.map((text, at) => ({ text, value: one.percent?.[at] ?? 0, note: `${one.percent?.[at] ?? 0} %` })),
    100,
  );
  place.querySelector(".who").textContent = numbers ? times(one.votes, "vote") : "Vote now";
}

const isOpen = (one) => one.state === "open" || one.state === "closing";

function chosen() {
  const open = state.polls.find(isOpen);
  return (
    open ??
    state.polls.find(
      (one) => one.state === "closed" && one.results_policy !== "moderators" && one.counts && now() - one.closed < RESULT,
    )
  );
}

function draw(one, shape) {
  place = one
    ? el("div", { class: "overlay" }, el("h2", {}, said(one.question)), el("ul", { class: "bars" }), el("p", { class: "who" }))
    : el("div");
  place.shape = shape;
  document.getElementById("shown").replaceChildren(place);
}
