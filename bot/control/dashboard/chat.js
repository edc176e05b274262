// The live chat. It never jumps: whoever reads further up, works in it or has frozen it is told how much is new.

import { isGoing, lookAt, setMessage } from "./acts.js";
import { read } from "./api.js";
import { clock } from "./clock.js";
import { el, keep, set, tell } from "./dom.js";
import { button, empty, panel, toggle, word } from "./parts.js";
import { settle, walkable } from "./rows.js";
import { may, on, put, state, told } from "./state.js";
import { Steady } from "./steady.js";
import { named, plain, said, times } from "./text.js";
import { whyButton, whyIfOpen, whyShape } from "./why.js";

const TOPIC = "chat";
const FOUND = 100;
let place = null;
let list = null;
let steady = null;
let found = null; // lines that a search found, or null

/** Fills the panel. */
export function showChat() {
  place = panel("chat");
  list = el("ol", { class: "lines" });
  for (const [name, value] of Object.entries({ role: "log", "aria-live": "off", "aria-label": "Chat, newest last" }))
    place.body.setAttribute(name, value);
  place.body.append(list, empty("Nobody has written yet."));
  walkable(list, (row) => lookAt(`message:${row.dataset.key}`));
  steady = new Steady(place.body, { end: "bottom", render: draw });
  place.tools.append(search(), freezer(), aloud());
  on([TOPIC, "me"], show);
}

function show() {
  const lines = found ?? state.chat;
  steady.show(lines, (one) => one.ref);
  place.body.lastElementChild.hidden = lines.length > 0;
  place.count(found ? `${found.length} found` : "");
}

function draw(lines) {
  keep(list, lines, { key: (one) => one.ref, shape, make: row });
  settle(list);
}

const shape = (one) => [
  one.status,
  one.sent,
  one.wanted,
  one.outcome,
  one.text,
  one.decision,
  isGoing(`message:${one.ref}`),
  may("moderator"),
  one.decision ? whyShape(one.decision, TOPIC) : "",
];

function row(one) {
  const removed = isRemoved(one);
  const held = one.outcome === "hold";
  return el(
    "li",
    {
      class: ["chatline", held ? "held" : removed && "removed", one.own && "own"].filter(Boolean).join(" "),
      data: { key: one.ref, read: one.read },
    },
    el(
      "p",
      { class: "text" },
      el("time", { class: "quiet" }, clock(one.created ?? one.read)),
      el("span", { class: "author" }, named(one.name)),
      removed && !held ? el("del", {}, said(one.text)) : said(one.text),
      tag(one, removed),
    ),
    el("p", { class: "acts" }, ...acts(one, removed)),
    one.decision && whyIfOpen(one.decision, TOPIC),
  );
}

const isRemoved = (one) => one.status === "hidden" || (one.wanted === "hidden" && one.sent === "done");

function tag(one, removed) {
  const by = one.rules?.length ? ` by ${one.rules.join(", ")}` : "";
  if (isGoing(`message:${one.ref}`)) return word("being changed…", "fair");
  if (one.outcome === "hold") return word(`held${by}`, "fair");
  if (removed) return word(`removed${by}`, "bad");
  if (one.outcome === "hide") return word(`to be removed${by}`, "fair");
  return one.rules?.length ? word(`noted${by}`) : null;
}

function acts(one, removed) {
  const name = plain(one.text, 40);
  const off = !may("moderator") || one.own;
  return [
    removed
      ? button("Show", () => setMessage(one, "show", `Shown again: “${name}”`), { key: "a", does: "show", name, off })
      : button("Hide", () => setMessage(one, "hide", `Hid “${name}”`), { key: "h", does: "hide", name, off }),
    one.decision && (one.rules?.length || one.outcome !== "none") ? whyButton(one.decision, TOPIC) : null,
  ].filter(Boolean);
}

// ── tools ──

function freezer() {
  const node = toggle("Freeze", false, freeze, { key: "f", does: "freeze" });
  node.id = "freeze";
  return node;
}

/** Stops the chat where it is, or lets it run again. */
export function freeze() {
  steady.frozen = !steady.frozen;
  set(document.getElementById("freeze"), "aria-pressed", String(steady.frozen));
  if (!steady.frozen) steady.catchUp();
}

function aloud() {
  const node = toggle("Read aloud", false, () => {
    const now = node.getAttribute("aria-pressed") !== "true";
    set(node, "aria-pressed", String(now));
    set(place.body, "aria-live", now ? "polite" : "off");
  });
  return node;
}

function search() {
  const field = el("input", {
    id: "search",
    type: "search",
    autocomplete: "off",
    placeholder: "Search",
    "aria-label": "Search the chat",
    "aria-keyshortcuts": "/",
  });
  let timer = 0;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => look(field.value.trim()), 250);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    field.value = "";
    look("");
    field.blur();
  });
  return field;
}

async function look(text) {
  if (text) await find(text);
  else found = null;
  steady.shown = [];
  told(TOPIC);
}

async function find(text) {
  try {
    const answer = await read("messages", { event: state.event, surface: "chat", text, limit: FOUND });
    found = answer.messages.reverse();
    tell(document.getElementById("voice"), `${times(found.length, "line")} found`);
  } catch (error) {
    put("missing", { search: error.message });
  }
}
