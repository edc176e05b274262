// What the page knows, and who wants to hear of it. Topics are told together, every 0.4 s at most.

export const state = {
  me: null, // {name, role}
  event: "", // the event that is shown
  events: [],
  status: null,
  link: "starting", // starting | live | asking (no feed, asks again and again) | lost
  heard: 0, // performance.now() of the newest answer or news
  held: [],
  offers: [],
  deeds: [],
  chat: [],
  questions: [],
  polls: [],
  quizzes: [],
  captures: [],
  upcoming: { items: [], waiting: [], dropped: [], skipped: [], offers: [] },
  people: [],
  audit: [],
  streams: [],
  notes: [],
  rules: [],
  trends: [],
};

const listeners = new Map();
const news = new Set();
const PACE = 400; // ms between two showings: more often nobody can read, and a fast chat would take all of the machine
let due = false;
let newest = 0;

/** Calls `show` after any of the topics changed, and once now. */
export function on(topics, show) {
  for (const topic of topics) listeners.set(topic, [...(listeners.get(topic) ?? []), show]);
  show();
}

/** Replaces a part of the state and tells those who listen. */
export function put(topic, value) {
  state[topic] = value;
  told(topic);
}

/** Something inside a part has changed. */
export function told(topic) {
  news.add(topic);
  if (due) return;
  due = true;
  setTimeout(spread, Math.max(0, newest + PACE - performance.now()));
}

function spread() {
  due = false;
  newest = performance.now();
  const topics = [...news];
  news.clear();
  const asked = new Set(topics.flatMap((topic) => listeners.get(topic) ?? []));
  for (const show of asked) show();
}

/** The event that something without a row of its own is meant for: the one that is shown, or the only one; "" leaves it to the bot. */
export const meant = () => state.event || (state.events.length === 1 ? state.events[0].event : "");

export const may = (role) =>
  ["viewer", "moderator", "admin"].indexOf(state.me?.role) >= ["viewer", "moderator", "admin"].indexOf(role);
