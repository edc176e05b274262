// News as it happens (server-sent events). What comes whole is put in at once; of the rest we hear that it changed and ask for it.

import { learn } from "./clock.js";
import { renew } from "./sources.js";
import { put, state, told } from "./state.js";
import { act, decision, message } from "./arrivals.js";
import { plain } from "./text.js";
import { alarm } from "./voice.js";

const AGAIN = 3000; // ms until a closed feed is tried again
const SILENT = 8000; // ms without even a pulse: the line is dead, whatever the browser thinks
const EVERYTHING = [
  "status",
  "events",
  "held",
  "chat",
  "deeds",
  "offers",
  "questions",
  "polls",
  "upcoming",
  "rules",
  "people",
  "notes",
];

let line = null;
let newest = 0;

const KINDS = {
  hello: (data) => {
    learn(data.now);
    renew(...EVERYTHING);
  },
  gap: () => renew(...EVERYTHING),
  pulse,
  message,
  decision,
  act,
  status_changed: () => renew("chat", "held", "questions"),
  event: () => renew("events"),
  polls: (data) => section(data, "polls", data.polls),
  questions: (data) => section(data, "questions", data.questions),
  offers: () => renew("offers", "upcoming"),
  upcoming: () => renew("upcoming"),
  quizzes: (data) => section(data, "quizzes", data.quizzes),
  captures: (data) => section(data, "captures", data.captures),
  pause: (data) => state.status && put("status", { ...state.status, paused: data.paused, pauses: data.pauses }),
  rules: () => renew("rules", "offers", "status"),
  alert: (data) => {
    if (data.urgent) alarm(plain(data.text, 300));
    renew("status");
  },
  presence: (data) => put("people", data.people),
  notes: () => renew("notes"),
  streams: () => renew("streams"),
};

/** Opens the feed and keeps it open. */
export function listen() {
  open();
  setInterval(watch, 1000);
}

function open() {
  line?.close();
  line = new EventSource("/api/v1/feed");
  for (const [kind, take] of Object.entries(KINDS)) line.addEventListener(kind, (event) => heard(take, JSON.parse(event.data)));
  line.addEventListener("open", () => linked("live"));
  line.addEventListener("error", () => linked("asking"));
  newest = performance.now();
}

function heard(take, data) {
  newest = state.heard = performance.now();
  linked("live");
  take(data);
}

function linked(word) {
  if (state.link !== word) put("link", word);
}

function watch() {
  const now = performance.now();
  if (now - newest > SILENT) linked("asking");
  if (line.readyState === EventSource.CLOSED ? now - newest > AGAIN : now - newest > SILENT * 2) open();
  if (now - state.heard > SILENT) linked("lost");
}

function section(data, topic, found) {
  if (state.event && data.event !== state.event) return;
  const others = state.event ? [] : state[topic].filter((one) => one.event !== data.event);
  for (const one of found) one.event ??= data.event; // not a copy: a long board comes whole, and often
  put(topic, [...found, ...others]);
}

/** The feed's own heart-beat carries most of the status. */
function pulse(data) {
  learn(data.now);
  if (!state.status) return;
  const channels = state.status.channels.map((known) => ({
    ...known,
    ...(data.channels.find((one) => one.name === known.name) ?? {}),
    outbox: known.outbox,
    inbox: known.inbox,
  }));
  state.status = { ...state.status, now: data.now, ready: data.ready, paused: data.paused, pauses: data.pauses, channels };
  told("status");
}
