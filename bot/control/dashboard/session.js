// Who sits here: the log-in, by a form or by the fragment of a one-time address (a fragment is never sent to a server).

import { el, tell } from "./dom.js";
import { Refused, read, send, trust } from "./api.js";

const AGAIN = 2000; // ms until a bot that does not answer is asked again

/** {name, role} of whoever came with a token in the address or a session in the cookie; Refused if nobody did. */
export async function cameIn() {
  const given = fromAddress();
  return given ? enter(given) : known(await read("session"));
}

/** Resolves with {name, role} when somebody is logged in; shows the form in `place` for as long as nobody is. */
export async function someone(place) {
  try {
    return await cameIn();
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return ask(place, "");
    await new Promise((done) => setTimeout(done, AGAIN));
    return someone(place);
  }
}

export async function leave() {
  await send("session/end");
  location.reload();
}

function fromAddress() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token !== null) history.replaceState(null, "", location.pathname + location.search);
  return token;
}

const enter = async (token) => known(await send("session", { token }));

function known(session) {
  if (!session.name) throw new Refused(401, "nobody is logged in");
  trust(session.csrf);
  return { name: session.name, role: session.role };
}

function ask(place, problem) {
  return new Promise((done) => {
    const field = el("input", {
      id: "token",
      type: "password",
      autocomplete: "current-password",
      required: true,
      spellcheck: "false",
    });
    const fault = el("p", { class: "fault", role: "alert" }, problem);
    const form = el(
      "form",
      { class: "login" },
      el("h1", {}, "Usher"),
      el("p", {}, "Moderators’ desk. Your token stands in the configuration under control.users."),
      el("label", { for: "token" }, "Token"),
      field,
      fault,
      el("button", { class: "main" }, "Log in"),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      enter(field.value.trim()).then(
        (me) => {
          form.remove();
          done(me);
        },
        (error) => {
          tell(fault, error.status === 401 ? "This token is not known here." : `Not logged in: ${error.message}`);
          field.select();
        },
      );
    });
    place.append(form);
    field.focus();
  });
}
