// What both overlays share: coming in with the token of the address (nobody can type in OBS), and following a few parts.

import { listen } from "./feed.js";
import { cameIn } from "./session.js";
import { follow } from "./sources.js";
import { on, put, state } from "./state.js";

const AGAIN = 5000;

/** Follows `parts` and calls `show` whenever one of `topics` has changed. */
export async function overlay(parts, topics, show) {
  state.event = new URLSearchParams(location.search).get("event") ?? "";
  put("me", await entered());
  on(topics, show);
  await follow(parts);
  listen();
}

async function entered() {
  const fault = document.getElementById("fault");
  for (;;) {
    try {
      const me = await cameIn();
      fault.textContent = "";
      return me;
    } catch (error) {
      fault.textContent = error.status === 401 ? "Usher: put #token=… (a viewer’s) behind this address" : "";
      await new Promise((done) => setTimeout(done, AGAIN));
    }
  }
}
