// Stop and go on. One press stops everything; what waited is sent or dropped by a choice when it goes on.

import { Refused, send } from "./api.js";
import { ask } from "./ask.js";
import { announce } from "./acts.js";
import { clock, left, now } from "./clock.js";
import { el, set, tell } from "./dom.js";
import { button, choice } from "./parts.js";
import { renew } from "./sources.js";
import { may, on, put, state } from "./state.js";
import { plain } from "./text.js";

const TIMES = [
  ["", "until I resume"],
  ["60", "for 1 min"],
  ["300", "for 5 min"],
  ["900", "for 15 min"],
];
let chosen = "";
let main = null;

/** Shows the switch in the head of the page. */
export function showPause() {
  main = button("", toggle, { key: "Shift+P", does: "pause", kind: "stop" });
  main.replaceChildren(el("span", { id: "pause-word" }, "Pause all"));
  const time = choice("How long", TIMES, chosen, (value) => (chosen = value));
  time.id = "pause-time";
  document.getElementById("pause").append(main, time, el("p", { id: "pauses" }));
  on(["status", "me"], show);
  setInterval(show, 1000);
}

function show() {
  const paused = Boolean(state.status?.paused);
  tell(document.getElementById("pause-word"), paused ? "Resume…" : "Pause all");
  set(main, "disabled", !may("moderator"));
  set(main, "class", paused ? "go" : "stop");
  document.getElementById("pause-time").hidden = paused;
  tell(document.getElementById("pauses"), (state.status?.pauses ?? []).filter(first).map(words).join("; "));
}

const first = (one, at, all) => all.findIndex((other) => other.event === one.event && other.what === one.what) === at;

function words(pause) {
  const what = pause.what === "all" ? "everything" : pause.what;
  const end = pause.until ? `for another ${left(pause.until - now())}` : "until somebody resumes";
  return `${what}${pause.event ? ` of ${plain(pause.event)}` : ""} paused by ${plain(pause.by)} since ${clock(pause.since)}, ${end}`;
}

/** Shift+P: stops at once; going on asks what becomes of what waited. */
export async function toggle() {
  if (!may("moderator")) return announce("Pausing needs the role moderator.", "bad");
  return state.status?.paused ? resume() : pause();
}

async function pause() {
  const body = chosen ? { for: Number(chosen) } : {};
  await call("pause", body, (answer) => `Paused. Nothing is sent any more; ${answer.waiting} waiting`);
}

async function resume() {
  const waiting = state.status.channels.reduce((sum, one) => sum + (one.outbox?.pending ?? 0), 0);
  const text = `${waiting ? `About ${waiting} acts have waited.` : "Nothing has waited so far."} Send what waited, or drop it for good?`;
  const wanted = await ask("Go on", el("p", {}, text), [
    ["run", "Resume and send what waited", "main"],
    ["drop", "Resume and drop what waited"],
    ["", "Stay paused"],
  ]);
  if (wanted)
    await call("resume", { waiting: wanted }, (answer) =>
      wanted === "drop" ? `Going on. ${answer.dropped} waiting acts were dropped` : "Going on. What waited is sent now",
    );
}

async function call(path, body, told) {
  try {
    const answer = await send(path, body);
    put("status", { ...state.status, paused: answer.paused, pauses: answer.pauses });
    announce(`${told(answer)}.`, "good");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    announce(`The bot did not take it: ${error.message}. Nothing has changed.`, "bad");
  }
  renew("status");
}
