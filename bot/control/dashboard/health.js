// Is it working? The age of the newest read of each feed as a number and a word, what stands in the way, and the bot's own figures.

import { clock, length, now } from "./clock.js";
import { el, keep, set, tell } from "./dom.js";
import { on, state } from "./state.js";
import { said } from "./text.js";
import { alertOnce } from "./voice.js";

const STALE = 10;
const TONES = { fresh: "good", idle: "plain", slow: "fair", stale: "bad", never: "bad" };

/** Shows health in the head of the page, and tells once when it turns. */
export function showHealth() {
  on(["status", "link", "events"], show);
  setInterval(show, 1000);
}

function show() {
  const { text, tone, short } = overall();
  const main = document.getElementById("works");
  tell(main, text);
  main.className = `works ${tone}`;
  document.title = `${short} · Usher`;
  feeds();
  alerts();
  tell(document.getElementById("figures"), figures());
  alertOnce("lost", short === "Lost", `Attention: ${text}`); // told also to whom another trouble was told before
  alertOnce("trouble", short === "Trouble", `Attention: ${text}`);
}

function overall() {
  const status = state.status;
  const quiet = (performance.now() - state.heard) / 1000;
  if (state.link === "lost" || (status && quiet > STALE))
    return { text: `No answer from the bot for ${length(quiet)}`, tone: "bad", short: "Lost" };
  if (!status) return { text: "Asking the bot…", tone: "plain", short: "…" };
  if (status.paused) return { text: "Paused: the bot reads and decides, nothing is sent", tone: "fair", short: "Paused" };
  const stale = allFeeds().filter((feed) => feedWord(feed) === "stale");
  if (stale.length) return { text: `Not working: ${stale.map(feedName).join(", ")} not read`, tone: "bad", short: "Trouble" };
  if (!status.ready)
    return { text: `Not ready: ${(status.reasons ?? []).join("; ") || "see the feeds"}`, tone: "bad", short: "Trouble" };
  if (status.mode === "shadow") return { text: "Working in shadow: it decides and sends nothing", tone: "fair", short: "Shadow" };
  return { text: "Working", tone: "good", short: "Working" };
}

const allFeeds = () => (state.status?.channels ?? []).flatMap((channel) => channel.feeds);

const feedName = (feed) =>
  (feed.surface === "qa" ? "Q&A" : feed.surface === "chat" ? "Chat" : feed.surface) + (several() ? ` of ${title(feed.event)}` : "");

const several = () => new Set(allFeeds().map((feed) => feed.event)).size > 1;

const title = (ref) => state.events.find((one) => one.event === ref)?.title || ref;

const isLive = (ref) => ["on_air", "playback"].includes(state.events.find((one) => one.event === ref)?.phase);

/** Seconds since the newest read, counted on while no news comes. */
function age(feed) {
  return feed.age === null ? null : feed.age + Math.max(0, now() - state.status.now);
}

function feedWord(feed) {
  const seconds = age(feed);
  if (!isLive(feed.event) && seconds !== null && seconds < 60) return "idle";
  if (seconds === null) return "never";
  if (seconds > STALE) return "stale";
  return seconds > Math.max(3, 4 * (feed.interval ?? 0.5)) ? "slow" : "fresh";
}

function feeds() {
  const list = document.getElementById("feeds");
  const shown = allFeeds().map((feed) => ({
    name: feedName(feed),
    word: feedWord(feed),
    age: age(feed),
    error: feed.error,
    key: `${feed.event} ${feed.surface}`,
  }));
  keep(list, shown, {
    key: (one) => one.key,
    shape: (one) => one.name,
    make: (one) =>
      el("li", {}, el("span", { class: "name" }, one.name), el("b"), el("span", { class: "word" }), el("span", { class: "fault" })),
  });
  shown.forEach((one, at) => feed(list.children[at], one));
}

function feed(row, one) {
  const [, seconds, word, fault] = row.children;
  tell(seconds, one.age === null ? "–" : length(one.age));
  tell(word, one.word === "never" ? "never read" : one.word);
  set(word, "class", `word ${TONES[one.word]}`);
  if (fault.title !== (one.error || "")) {
    fault.title = one.error || "";
    fault.replaceChildren(...(one.error ? [said(one.error)] : []));
  }
}

/** The newest stands open, the others are folded behind it. */
function alerts() {
  const all = state.status?.alerts ?? [];
  const place = document.getElementById("alerts");
  place.hidden = all.length === 0;
  if (!all.length) return;
  const shape = JSON.stringify(all);
  if (place.shown === shape) return;
  place.shown = shape;
  const [newest, ...others] = all.map((one) => [
    one.urgent ? "urgent: " : "",
    said(one.text),
    ` ${clock(one.at)}${one.times > 1 ? `, ${one.times} times` : ""}`,
  ]);
  place.replaceChildren(
    el("summary", {}, "Alert ", ...newest),
    el("ul", { class: "rows" }, ...others.map((parts) => el("li", {}, ...parts))),
  );
}

function figures() {
  const channels = state.status?.channels ?? [];
  const sum = (name) => channels.reduce((total, one) => total + name(one), 0);
  const waiting = sum((one) => one.inbox) + sum((one) => one.outbox?.pending ?? 0);
  const limit = sum((one) => one.budget.limit);
  const exposure = channels.map((one) => one.exposure?.p95).filter((one) => one !== null && one !== undefined);
  const parts = [
    `${sum((one) => one.judged ?? 0)} messages judged`,
    `${waiting} waiting`,
    `${sum((one) => one.budget.last_minute)} of ${limit} calls in the last minute`,
  ];
  if (exposure.length) parts.push(`hidden within ${length(Math.max(...exposure))} (95 %)`);
  if (state.link !== "live") parts.push("asking again and again: no live news");
  return channels.length ? parts.join(" · ") : "";
}
