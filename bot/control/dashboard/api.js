// The one door to the control API. What the API refuses becomes a Refused with words for people.

const BASE = "/api/v1/";
let csrf = "";

/** Remembers the word that every act has to carry, as the log-in gave it. */
export const trust = (word) => {
  csrf = word;
};

const PATIENCE = 10_000; // ms; the bot answers in a few

/** `status` is the HTTP status, 0 when there was no answer at all. */
export class Refused extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

function address(path, query) {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== "" && value !== undefined && value !== null);
  return BASE + path + (given.length ? "?" + new URLSearchParams(given) : "");
}

/** Path segments from data are escaped here and nowhere else: api`messages/${ref}/hide`. */
export function at(parts, ...values) {
  return parts.reduce((path, part, index) => path + encodeURIComponent(values[index - 1]) + part);
}

export const read = (path, query) => call("GET", path, query);
export const send = (path, body = {}, query = {}) => call("POST", path, query, body);

async function call(method, path, query, body) {
  const headers = { Accept: "application/json" };
  const asked = { method, headers, credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE) };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    if (csrf) headers["X-CSRF-Token"] = csrf;
    asked.body = JSON.stringify(body);
  }
  const answer = await fetch(address(path, query), asked).catch(silence);
  if (!answer.ok) throw new Refused(answer.status, await detail(answer));
  return answer.json();
}

function silence(error) {
  const why = error.name === "TimeoutError" ? "the bot has not answered in ten seconds" : "the bot cannot be reached";
  throw new Refused(0, why);
}

async function detail(answer) {
  const told = await answer.json().catch(() => ({}));
  return told.detail || told.title || `the bot refused (${answer.status})`;
}
