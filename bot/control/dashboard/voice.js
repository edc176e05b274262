// What a screen reader is told: quietly what was done, and each alert once.

import { el } from "./dom.js";

const said = new Map(); // alert -> is it in force

const region = (id) => document.getElementById(id);

/** Politely: the outcome of an act, a change of place. */
export function quietly(text) {
  line(region("voice"), text);
}

/** At once: something urgent that happened. */
export function alarm(text) {
  line(region("alarm"), text);
}

/** At once, and once: `name` is told again only after it was over. */
export function alertOnce(name, holds, text) {
  if (holds && !said.get(name)) alarm(text);
  said.set(name, holds);
}

function line(place, text) {
  place.append(el("p", {}, text));
  while (place.children.length > 5) place.firstElementChild.remove();
}
