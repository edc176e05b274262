// What the person at the desk does. It shows at once, is told honestly if it was refused or only half done, and can be undone by `u`.

import { at, send } from "./api.js";
import { el } from "./dom.js";
import { button } from "./parts.js";
import { renew } from "./sources.js";
import { put, told } from "./state.js";
import { quietly } from "./voice.js";

const flying = new Set(); // what an answer is awaited for
const going = new Set(); // what is shown as being changed: a little longer, the lists are read again meanwhile
const faults = new Map(); // what was acted on -> why it was not done
const undoable = []; // newest last: {past, decision} or {past, back: what does the opposite}
const KEPT = 50;

export const isGoing = (key) => going.has(key);
export const fault = (key) => faults.get(key) ?? "";

/**
 * Does something and tells what came of it; resolves with the answer, or null if it was refused.
 * `key` names what is acted on, shown as being changed for `linger` ms after the answer; `past` says what was done ("Approved “…”");
 * `after` are the sources to ask again.
 * Undo: of messages by the bot (`undo` true), of others by `back`, an act that does the opposite; `final` says why there is none.
 * A note in the answer says why it was not done, or, with `informs`, what came of it.
 */
export async function act({ key, path, body = {}, query = {}, past, after = [], topics = [], linger = 300, ...ways }) {
  if (flying.has(key)) return null;
  flying.add(key);
  going.add(key);
  faults.delete(key);
  topics.forEach(told);
  try {
    return taken(await send(path, body, query), key, past, ways);
  } catch (error) {
    faults.set(key, error.message);
    bar(`Not done: ${error.message}`, "bad");
    return null;
  } finally {
    flying.delete(key);
    renew(...after);
    setTimeout(() => over(key, topics), faults.has(key) ? 0 : linger);
  }
}

function over(key, topics) {
  if (flying.has(key)) return;
  going.delete(key);
  topics.forEach(told);
}

function taken(answer, key, past, { undo: byBot = false, back = null, final = "", informs = false }) {
  if (answer.note && !informs) {
    faults.set(key, answer.note);
    bar(`Not done: ${answer.note}`, "bad");
    return null;
  }
  if (byBot) undoable.push({ past, decision: answer.decision });
  else if (back) undoable.push({ past, back });
  undoable.splice(0, undoable.length - KEPT);
  const late = answer.done === false ? " The bot has taken it but not got to it yet." : "";
  bar(
    `${past}.${informs && answer.note ? ` ${answer.note}.` : ""}${late}${final ? ` ${final}` : ""}`,
    "good",
    byBot || back !== null,
  );
  return answer;
}

/** Takes the newest act of this desk back. */
export function undoNewest() {
  const newest = undoable.pop();
  if (!newest) return bar("There is nothing of yours to undo.", "plain");
  return newest.back ? takeBack(newest) : undo(newest.decision, newest.past);
}

async function takeBack({ past, back }) {
  const answer = await back.go();
  if (answer === null) return undoable.push({ past, back });
  undoable.pop(); // the opposite is no act of its own
  bar(`Undone: ${past}.${back.but ? ` But: ${back.but}` : ""}`, back.but ? "fair" : "good");
}

/** Takes a decision back and says what could not be taken back. */
export async function undo(decision, past) {
  const key = `undo:${decision}`;
  if (going.has(key)) return;
  going.add(key);
  told("deeds");
  try {
    const answer = await send(at`decisions/${decision}/undo`, {});
    forget(decision);
    bar(answer.note ? `Undone: ${past}. But: ${answer.note}` : `Undone: ${past}.`, answer.note ? "fair" : "good");
  } catch (error) {
    bar(`Not undone (${past}): ${error.message}`, "bad");
  }
  renew("deeds", "held", "chat", "questions", "offers");
  setTimeout(() => over(key, ["deeds"]), 1000);
}

function forget(decision) {
  const at = undoable.findIndex((one) => one.decision === decision);
  if (at >= 0) undoable.splice(at, 1);
}

/** The one line at the bottom that says what was done last. It stays until something else is done. */
function bar(text, tone, canUndo = false) {
  const place = document.getElementById("done");
  place.replaceChildren(
    el("p", { class: tone }, text),
    ...(canUndo ? [button("Undo", undoNewest, { key: "u", does: "undo-newest" })] : []),
    button("Close", () => place.replaceChildren(), { does: "close-done" }),
  );
  quietly(text);
}

export const announce = bar;

/** Acts on a message by hand. */
export function setMessage(message, verb, past) {
  return act({
    key: `message:${message.ref}`,
    path: at`messages/${message.ref}/${verb}`,
    past,
    undo: true,
    linger: 1500,
    after: ["held", "chat", "deeds", "questions"],
    topics: ["held", "chat"],
  });
}

/** Acts on a question. */
export function setQuestion(question, verb, past, body = {}) {
  return act({
    key: `question:${question.event}:${question.n}`,
    path: at`questions/${question.n}/${verb}`,
    query: { event: question.event },
    body,
    past,
    back: opposite(question, verb, past),
    linger: 600,
    after: ["questions", "deeds", "held"],
    topics: ["questions", "held"],
  });
}

const BACK = {
  approved: "approve",
  queued: "queue",
  answering: "answering",
  answered: "answered",
  follow_up: "follow_up",
  declined: "decline",
};

/** What brings a question back to where it was. */
function opposite(question, verb, past) {
  if (verb === "merge") return { go: () => setQuestion(question, "split", past) };
  if (verb === "split") return { go: () => setQuestion(question, "merge", past, { into: question.lead }) };
  if (BACK[question.state]) return { go: () => setQuestion(question, BACK[question.state], past) };
  const other = verb === "decline" ? "approve" : "decline";
  const but = `a question cannot become new again: it is ${other === "approve" ? "approved" : "declined"} now`;
  return { go: () => setQuestion(question, other, past), but };
}

/** Says what this desk is looking at, so that two people do not take the same thing. */
let looking = "";
export async function lookAt(on) {
  if (on === looking) return;
  looking = on;
  try {
    put("people", (await send("presence", { on })).people);
  } catch (error) {
    put("missing", { people: error.message });
  }
}
