// The moderators' desk: who is there, then all panels, then the news.

import { el } from "./dom.js";
import { showChat } from "./chat.js";
import { showDeeds } from "./deeds.js";
import { listen } from "./feed.js";
import { showHealth } from "./health.js";
import { listenToKeys } from "./keys.js";
import { showNeeds } from "./needs.js";
import { showNext } from "./next.js";
import { choice } from "./parts.js";
import { showPause } from "./pause.js";
import { showPeople } from "./people.js";
import { showPoll } from "./poll.js";
import { showQuestions } from "./questions.js";
import { showRules } from "./rules.js";
import { leave, someone } from "./session.js";
import { follow, isKnown, renew } from "./sources.js";
import { on, put, state } from "./state.js";
import { showSwitches } from "./switches.js";
import { plain } from "./text.js";
import { tick } from "./ticks.js";
import { showTrends } from "./trends.js";

const EVENT = "usher-event";
const PARTS = [
  "status",
  "events",
  "rules",
  "held",
  "chat",
  "deeds",
  "offers",
  "questions",
  "polls",
  "upcoming",
  "people",
  "audit",
  "streams",
  "notes",
  "trends",
];

async function begin() {
  put("me", await someone(document.getElementById("door")));
  document.getElementById("door").hidden = true;
  document.getElementById("desk").hidden = false;
  state.event = localStorage.getItem(EVENT) ?? "";
  [
    showHealth,
    showPause,
    listenToKeys,
    showNeeds,
    showDeeds,
    showChat,
    showQuestions,
    showPoll,
    showNext,
    showPeople,
    showSwitches,
    showRules,
    showTrends,
  ].forEach((show) => show());
  on(["events"], chooseEvent);
  on(["me"], showMe);
  on(["missing"], showMissing);
  tick();
  await follow(PARTS);
  listen();
}

/** Only shown when there is something to choose. An event of yesterday that is not followed any more is forgotten. */
function chooseEvent() {
  if (state.events.length && !isKnown()) changeEvent("");
  const place = document.getElementById("which");
  place.hidden = state.events.length < 2;
  const pairs = [["", "all events"], ...state.events.map((one) => [one.event, plain(one.title || one.event, 40)])];
  const shape = JSON.stringify([pairs, state.event]);
  if (place.shape === shape) return;
  place.shape = shape;
  place.replaceChildren(choice("Event", pairs, state.event, changeEvent));
}

function changeEvent(event) {
  state.event = event;
  localStorage.setItem(EVENT, event);
  renew(...PARTS);
}

function showMe() {
  const out = el("button", { type: "button", on: { click: leave } }, "Log out");
  document.getElementById("me").replaceChildren(el("span", {}, `${state.me.name}, ${state.me.role}`), out);
}

/** A part that could not be had says so in its panel, and keeps what it had. */
function showMissing() {
  const places = {
    held: "needs",
    offers: "needs",
    upcoming: "next",
    polls: "poll",
    audit: "people",
    streams: "switches",
    notes: "switches",
    events: "switches",
  };
  for (const note of document.querySelectorAll(".missing")) note.remove();
  for (const [name, why] of Object.entries(state.missing ?? {})) {
    const section = document.getElementById(places[name] ?? name);
    section?.querySelector(".body").before(el("p", { class: "missing fault" }, `Not up to date: ${why}`));
  }
}

begin();
