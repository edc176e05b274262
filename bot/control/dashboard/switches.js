// The switches of events and livestreams. Each asks first and says what the audience will notice.

import { act, announce, isGoing } from "./acts.js";
import { Refused, at, send } from "./api.js";
import { sure } from "./ask.js";
import { el, keep } from "./dom.js";
import { button, choice, empty, folded, line, panel, word } from "./parts.js";
import { renew } from "./sources.js";
import { may, meant, on, state } from "./state.js";
import { clock } from "./clock.js";
import { plain, said } from "./text.js";

const STATUS = [
  ["idle", "idle: waiting room"],
  ["live", "live"],
  ["force_live", "live, whatever the schedule says"],
  ["video", "playback of the recording"],
  ["done", "over"],
];
const PHASE = { before: "not begun", on_air: "on air", playback: "playback", after: "over" };
let place = null;
const lists = {};

/** Fills the panel. */
export function showSwitches() {
  place = panel("switches");
  lists.events = el("ul", { class: "rows" });
  lists.streams = el("ul", { class: "rows" });
  lists.notes = el("ul", { class: "rows" });
  const notes = folded(
    "notes",
    "Notes for the speaker",
    lists.notes,
    line("Note for the speaker’s screen", "Send", note, { hint: "Only the speaker sees it" }),
  );
  const posting = line("Post a line in the bot’s name", "Post…", post, { hint: "Everybody in the chat sees it" });
  place.body.append(
    lists.events,
    empty("No event is followed."),
    posting,
    el("div", {}, el("h3", {}, "Livestreams"), lists.streams),
    notes,
  );
  on(["events", "me"], events);
  on(["streams", "me"], streams);
  on(["notes"], notesShown);
}

// ── events ──

function events() {
  keep(lists.events, state.events, {
    key: (one) => one.event,
    make: event,
    shape: (one) => JSON.stringify([one, may("moderator"), isGoing(`event:${one.event}`)]),
  });
  place.body.children[1].hidden = state.events.length > 0;
}

function event(one) {
  const off = !may("moderator") || isGoing(`event:${one.event}`);
  const pairs = STATUS.some(([value]) => value === one.status) ? STATUS : [[one.status, one.status], ...STATUS];
  const list = choice(
    `Status of ${plain(one.title || one.event, 30)}`,
    pairs,
    one.status,
    (wanted) => status(one, wanted, list.querySelector("select")),
    { hidden: true },
  );
  list.querySelector("select").disabled = off;
  return el(
    "li",
    { class: "switch" },
    el(
      "p",
      {},
      el("strong", {}, said(one.title || one.event)),
      word(PHASE[one.phase] ?? one.phase, one.phase === "on_air" ? "good" : "plain"),
    ),
    el("p", { class: "acts" }, flip(one, "chat", "Chat", off), flip(one, "qa", "Q&A", off), list, report(one)),
  );
}

function flip(one, name, text, off) {
  const known = one[name];
  const does = known === false ? "Open" : "Close";
  const state_ = known === null ? "unknown" : known ? "open" : "closed";
  return button(`${text} is ${state_}: ${does.toLowerCase()}…`, () => flipped(one, name, text, does), {
    does: name,
    name: plain(one.title || one.event, 30),
    off,
  });
}

/** A page of its own; the API makes it of what is known by now. */
const report = (one) =>
  el(
    "a",
    { href: `/api/v1/report?${new URLSearchParams({ event: one.event })}`, target: "_blank", rel: "noopener" },
    "Report so far",
  );

async function flipped(one, name, text, does) {
  const wanted = does === "Open";
  const effect = wanted ? "Everybody can write again." : "Nobody can write until it is opened again; what stands there stays.";
  if (!(await sure(`${does} the ${text} of ${plain(one.title || one.event, 40)}?`, effect, `${does} it`))) return;
  await set(one, { [name]: wanted }, `${does === "Open" ? "Opened" : "Closed"} the ${text}`);
}

async function status(one, wanted, list) {
  const words = STATUS.find(([value]) => value === wanted)?.[1] ?? wanted;
  const yes = await sure(
    `Set ${plain(one.title || one.event, 40)} to “${words}”?`,
    "The whole audience notices it at once.",
    "Set it",
    "stop",
  );
  if (!yes || !(await set(one, { status: wanted }, `Set the event to ${wanted}`))) list.value = one.status;
}

/** The opposite sets what stood there before. */
function set(one, changes, past) {
  const before = Object.fromEntries(Object.keys(changes).map((name) => [name, one[name]]));
  const known = Object.values(before).every((value) => value !== null && value !== "");
  const back = known ? { go: () => set({ ...one, ...changes }, before, past) } : null;
  return act({
    key: `event:${one.event}`,
    path: at`events/${one.event}/set`,
    body: changes,
    past,
    back,
    after: ["events", "deeds", "status"],
    topics: ["events"],
  });
}

async function post(text) {
  if (!(await sure("Post this line?", `“${plain(text, 400)}” – a posted line cannot be taken back.`, "Post it"))) return false;
  return (
    (await act({
      key: "post",
      path: "announcements",
      body: { text, event: meant() },
      past: `Posted “${plain(text, 40)}”`,
      after: ["deeds"],
      final: "A posted line cannot be taken back.",
    })) !== null
  );
}

// ── livestreams ──

function streams() {
  keep(lists.streams, state.streams, {
    key: (one) => one.name,
    make: stream,
    shape: (one) => JSON.stringify([one, may("moderator")]),
  });
  lists.streams.parentElement.hidden = state.streams.length === 0;
}

const STREAM = {
  before: "not begun",
  starting: "starting",
  on_air: "on air",
  off: "off",
  failed: "failed",
  over: "over",
  unknown: "not known",
};

function stream(one) {
  const tone = one.status === "on_air" ? "good" : one.status === "failed" ? "bad" : "plain";
  const more = [
    one.note,
    one.viewers !== null && `${one.viewers} viewers`,
    one.dropped && `the picture is gone since ${clock(one.dropped)}`,
  ]
    .filter(Boolean)
    .join(", ");
  return el(
    "li",
    { class: "switch" },
    el(
      "p",
      {},
      el("strong", {}, said(one.name)),
      ` on ${one.platform}`,
      word(STREAM[one.status] ?? one.status, tone),
      " ",
      said(more),
    ),
    one.error ? el("p", { class: "fault" }, said(one.error)) : null,
    el("p", { class: "acts" }, ...["start", "stop"].map((verb) => steering(one, verb))),
  );
}

const LIVE = {
  start: ["Start", "Started", "The picture goes out to everybody.", "main"],
  stop: ["Stop", "Stopped", "The picture goes dark for everybody.", "stop"],
};

function steering(one, verb) {
  const cannot = one.cannot?.[verb];
  if (cannot) return el("span", { class: "quiet" }, said(cannot));
  return button(`${LIVE[verb][0]}…`, () => steer(one, verb), { does: verb, name: plain(one.name, 40), off: !may("moderator") });
}

async function steer(one, verb) {
  const [does, did, effect, kind] = LIVE[verb];
  const name = plain(one.name, 40);
  if (!(await sure(`${does} the livestream ${name}?`, effect, `${does} it`, kind))) return;
  await act({
    key: `stream:${one.name}`,
    path: at`streams/${one.name}/${verb}`,
    query: { event: one.event },
    past: `${did} the livestream ${name}`,
    after: ["streams"],
    final: "To take it back, switch it again.",
  });
}

// ── notes for the speaker ──

function notesShown() {
  keep(lists.notes, state.notes.slice(0, 5), {
    key: (one) => `${one.at}${one.text}`,
    make: (one) =>
      el("li", {}, el("time", { class: "quiet" }, clock(one.at)), " ", el("strong", {}, said(one.who)), ": ", said(one.text)),
  });
}

async function note(text) {
  try {
    await send("notes", { text }, { event: meant() });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    announce(`The note was not sent: ${error.message}`, "bad");
    return false;
  }
  announce("The note is on the speaker’s screen.", "good");
  renew("notes");
  return true;
}
