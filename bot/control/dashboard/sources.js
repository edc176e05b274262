// Where the page's knowledge comes from: one GET for each part, asked again when the feed says that it has changed, slowly when all is
// well, and every second or two while there is no feed.

import { Refused, read } from "./api.js";
import { learn } from "./clock.js";
import { put, state } from "./state.js";

const WELL = 15_000; // ms between looks while the feed is open: what the feed tells is trusted, this is the net under it
const CHAT = 200;

const ofEvent = () => ({ event: state.event });

/** `every` is for the time without a feed, ms. */
const SOURCES = {
  status: { every: 1000, load: async () => took(await read("status")) },
  events: { every: 5000, load: async () => put("events", (await read("events")).events) },
  held: {
    every: 1500,
    load: async () => put("held", (await read("messages", { ...ofEvent(), outcome: "hold", limit: 300 })).messages.reverse()),
  },
  chat: {
    every: 1000,
    load: async () => put("chat", (await read("messages", { ...ofEvent(), surface: "chat", limit: CHAT })).messages.reverse()),
  },
  deeds: {
    every: 2000,
    load: async () => put("deeds", (await read("decisions", { ...ofEvent(), acted: true, limit: 100 })).decisions),
  },
  offers: { every: 3000, load: async () => put("offers", await offers()) },
  questions: { every: 2000, load: async () => put("questions", (await read("questions", ofEvent())).questions) },
  polls: { every: 1500, load: async () => tookPolls(await read("polls", ofEvent())) },
  upcoming: { every: 5000, load: async () => put("upcoming", await read("upcoming", { ...ofEvent(), minutes: 15 })) },
  rules: { every: 5000, load: async () => put("rules", (await read("rules")).channels) },
  streams: { every: 10_000, load: async () => put("streams", (await read("streams")).streams) },
  people: { every: 5000, load: async () => put("people", (await read("presence")).people) },
  audit: { every: 5000, load: async () => put("audit", (await read("audit", { limit: 50 })).rows) },
  notes: { every: 5000, load: async () => put("notes", await notes()) },
  trends: { every: 20_000, load: async () => put("trends", (await read("trends", { ...ofEvent(), minutes: 30 })).minutes) },
};

/** What the API gives for one event at a time: [the answer for each event that is shown]. */
function forEach(path) {
  const refs = state.event ? [state.event] : state.events.map((one) => one.event);
  return Promise.all(refs.map((event) => read(path, { event })));
}

async function offers() {
  const answers = await forEach("offers");
  return answers.flatMap((answer) => answer.offers.map((one) => ({ ...one, event: answer.event })));
}

async function notes() {
  const answers = await forEach("notes");
  return answers.flatMap((answer) => answer.notes).sort((a, b) => b.at - a.at);
}

let used = [];
const asked = new Map(); // name -> {at, running, again}
const failures = new Map(); // name -> words

function took(status) {
  learn(status.now);
  put("status", status);
}

function tookPolls({ polls, quizzes = [], captures = [] }) {
  put("polls", polls);
  put("quizzes", quizzes);
  put("captures", captures);
}

/** Begins to keep these parts fresh. Resolves when each has been asked for once. */
export async function follow(names) {
  used = names;
  setInterval(look, 500);
  const first = ["status", "events"].filter((name) => names.includes(name));
  await Promise.all(first.map(refresh));
  await Promise.all(names.filter((name) => !first.includes(name)).map(refresh));
}

/** Asks for some parts again, soon; many wishes in a row become one. */
export function renew(...names) {
  for (const name of names) if (used.includes(name)) later(name);
}

/** Which parts could not be had, and why. */
export const missing = () => Object.fromEntries(failures);

function look() {
  if (document.hidden && state.link === "live") return;
  for (const name of used) {
    const pause = state.link === "live" ? WELL : SOURCES[name].every;
    const { at = 0, running } = asked.get(name) ?? {};
    if (!running && performance.now() - at > pause) refresh(name);
  }
}

function later(name) {
  const known = asked.get(name) ?? {};
  if (known.running) known.again = true;
  else if (!known.timer) known.timer = setTimeout(() => refresh(name), 150);
  asked.set(name, known);
}

/** An event that nobody follows is not asked for; its address may be wrong, or it comes later. */
export const isKnown = () => !state.event || state.events.some((one) => one.event === state.event);

async function refresh(name) {
  if (!isKnown() && name !== "status" && name !== "events") return;
  const known = { at: performance.now(), running: true, again: false };
  clearTimeout(asked.get(name)?.timer);
  asked.set(name, known);
  try {
    await SOURCES[name].load();
    failures.delete(name);
    state.heard = performance.now();
  } catch (error) {
    failed(name, error);
  }
  known.running = false;
  if (known.again) later(name);
}

/** A part that cannot be had now leaves its panel as it was; the reason is shown there. */
function failed(name, error) {
  if (!(error instanceof Refused)) throw error;
  if (error.status === 401) location.reload();
  if (failures.get(name) !== error.message) {
    failures.set(name, error.message);
    put("missing", missing());
  }
}
