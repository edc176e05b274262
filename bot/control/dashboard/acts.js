// What the person at the desk does. It shows at once, is told honestly if it was refused or only half done, and can be undone by `u`.

import { at, send } from "./api.js";
import { el } from "./dom.js";
import { button } from "./parts.js";
import { renew } from "./sources.js";
import { put, told } from "./state.js";
import { quietly } from "./voice.js";

const going = new Map(); // what is acted on -> words, until the bot has answered
const faults = new Map(); // what was acted on -> why it was not done
const undoable = []; // newest last: {decision, past}
const KEPT = 50;

export const isGoing = (key) => going.has(key);
export const fault = (key) => faults.get(key) ?? "";

/**
 * Does something and tells what came of it; resolves with the answer, or null if it was refused.
 * `key` names what is acted on, `past` says what was done ("Approved “…”"), `after` are the sources to ask again.
 * `final` says why it cannot be undone, if it cannot.
 */
export async function act({ key, path, body = {}, query = {}, past, after = [], final = "", topics = [] }) {
  if (going.has(key)) return null;
  going.set(key, past);
  faults.delete(key);
  topics.forEach(told);
  try {
    return taken(await send(path, body, query), { key, past, final });
  } catch (error) {
    faults.set(key, error.message);
    bar(`Not done: ${error.message}`, "bad");
    return null;
  } finally {
    renew(...after);
    setTimeout(() => over(key, topics), faults.has(key) ? 0 : 1500);
  }
}

/** Kept in `going` a little longer than the answer takes: the lists are read again meanwhile. */
function over(key, topics) {
  going.delete(key);
  topics.forEach(told);
}

function taken(answer, { key, past, final }) {
  if (answer.note) {
    faults.set(key, answer.note);
    bar(`Not done: ${answer.note}`, "bad");
    return null;
  }
  if (answer.decision && !final) undoable.push({ decision: answer.decision, past });
  undoable.splice(0, undoable.length - KEPT);
  const late = answer.done === false ? " The bot has taken it but not got to it yet." : "";
  bar(`${past}.${late}${final ? ` ${final}` : ""}`, "good", Boolean(answer.decision) && !final);
  return answer;
}

/** Takes the newest act of this desk back. */
export function undoNewest() {
  const newest = undoable.pop();
  if (!newest) return bar("There is nothing of yours to undo.", "plain");
  return undo(newest.decision, newest.past);
}

/** Takes a decision back and says what could not be taken back. */
export async function undo(decision, past) {
  const key = `undo:${decision}`;
  if (going.has(key)) return;
  going.set(key, "undoing");
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
    after: ["questions", "deeds", "held"],
    topics: ["questions", "held"],
  });
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
