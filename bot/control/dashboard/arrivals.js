// What the feed brings whole: messages, decisions, and what became of acts.

import { renew } from "./sources.js";
import { put, state, told } from "./state.js";

const CHAT = 200; // lines kept; older ones are found by searching
const DEEDS = 100;

const SETTLED = 3000; // ms after the last held line: a list that was asked for before it came may have overwritten it
let later = 0;

const here = (one) => !state.event || one.event === state.event;

/** A message was read, or read again. */
export function message(one) {
  if (!here(one)) return;
  if (one.surface === "chat") {
    const known = state.chat.findLastIndex((other) => other.ref === one.ref);
    if (known >= 0) state.chat[known] = { ...state.chat[known], ...one, email: state.chat[known].email };
    else state.chat.push(one);
    if (state.chat.length > CHAT) state.chat.splice(0, state.chat.length - CHAT);
    told("chat");
  }
}

/** A line that a rule holds waits for a person from now on; nobody has to ask for it again. */
function hold(one) {
  if (!one.message || state.held.some((other) => other.ref === one.ref)) return renew("held");
  state.held.push({ ...one.message, decision: one.id, outcome: one.outcome, rules: one.rules, reason: one.reason });
  told("held");
  lookSoon();
}

/** Nobody decided in time, so the timer did: the line waits no longer. */
function release(one) {
  if (!state.held.some((other) => other.ref === one.ref)) return;
  put(
    "held",
    state.held.filter((other) => other.ref !== one.ref),
  );
  lookSoon();
}

function lookSoon() {
  clearTimeout(later);
  later = setTimeout(() => renew("held"), SETTLED);
}

/** Something was decided: by a rule, by a person, or because its time was over. */
export function decision(one) {
  if (!here(one)) return;
  one.message ??= messageOf(one.ref);
  const known = state.deeds.findIndex((other) => other.id === one.id);
  if (known >= 0) state.deeds[known] = one;
  else state.deeds.unshift(one);
  state.deeds.length = Math.min(state.deeds.length, DEEDS);
  told("deeds");
  if (one.suggested.length) renew("offers");
  if (one.who === "rules") judged(one);
  else if (one.who === "timer" || one.who === "overload") ended(one);
  else renew("held", "deeds", "offers", "audit");
}

function judged(one) {
  if (one.outcome === "hold") hold(one);
  else if (state.held.some((other) => other.ref === one.ref)) renew("held");
}

function ended(one) {
  release(one);
  if (one.ref && !one.message) renew("deeds");
}

/** What is decided later comes without its message; mostly it is on the page already. */
const messageOf = (ref) => [...state.held, ...state.chat].find((one) => one.ref === ref) ?? null;

/** An act is asked for, done, or could not be done. */
export function act(one) {
  if (!here(one)) return;
  const deed = state.deeds.find((other) => other.id === one.decision);
  const entry = deed?.entries.find((other) => other.key === one.key);
  if (entry) {
    Object.assign(entry, { state: one.state, error: one.error });
    told("deeds");
  }
  const line = one.ref && state.chat.findLast((other) => other.ref === one.ref);
  if (!line) return;
  Object.assign(line, { wanted: one.status, sent: one.state }, one.state === "done" ? { status: one.status } : {});
  told("chat");
}
