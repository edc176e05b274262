// What both overlays share: coming in with the token of the address (nobody can type in OBS), and following a few parts.

import { tell } from "./dom.js";
import { listen } from "./feed.js";
import { cameIn } from "./session.js";
import { follow, isKnown } from "./sources.js";
import { on, put, state } from "./state.js";

const AGAIN = 5000;

const fault = document.getElementById("fault");

/** Follows `parts` and calls `show` whenever one of `topics` has changed. */
export async function overlay(parts, topics, show) {
  state.event = new URLSearchParams(location.search).get("event") ?? "";
  put("me", await entered());
  on(topics, show);
  on(
    ["events"],
    () => state.events.length && tell(fault, isKnown() ? "" : "Usher: no such event is followed; look at ?event= in this address"),
  );
  await follow(parts);
  listen();
}

async function entered() {
  for (;;) {
    try {
      const me = await cameIn();
      tell(fault, "");
      return me;
    } catch (error) {
      tell(fault, error.status === 401 ? "Usher: put #token=… (a viewer’s) behind this address" : "");
      await new Promise((done) => setTimeout(done, AGAIN));
    }
  }
}
