// The question that is being answered, laid over the picture.

import { el } from "./dom.js";
import { overlay } from "./overlay.js";
import { state } from "./state.js";
import { named, said } from "./text.js";

overlay(["status", "events", "questions"], ["questions"], show);

function show() {
  const one = state.questions.find((each) => each.state === "answering" && each.lead === null);
  const place = document.getElementById("shown");
  const shape = one ? `${one.event} ${one.n} ${one.text} ${one.asked_by}` : "";
  if (place.shape === shape) return;
  place.shape = shape;
  const many = one?.asked_by > 1 ? ` · asked by ${one.asked_by} people` : "";
  place.replaceChildren(
    ...(one
      ? [el("div", { class: "overlay" }, el("p", {}, said(one.text)), el("p", { class: "who" }, named(one.name), many))]
      : []),
  );
}
