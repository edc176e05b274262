// Small pieces that several panels are made of: buttons, panels, fields.

import { el, tell } from "./dom.js";

/** A button. `does` names it inside its row (the focus finds it again by that), `key` is the single key that presses it there. */
export function button(text, press, { does = text, key = "", name = "", kind = "", off = false } = {}) {
  const node = el("button", {
    type: "button",
    class: kind || null,
    disabled: off,
    "aria-label": name ? `${text}: ${name}` : null,
    "aria-keyshortcuts": key || null,
    data: { does, ...(key ? { key } : {}) },
    on: {
      click: (event) => {
        event.stopPropagation();
        press(event);
      },
    },
  });
  node.append(text);
  return node;
}

/** A button that stays pressed. */
export function toggle(text, on, press, more = {}) {
  const node = button(text, press, more);
  node.setAttribute("aria-pressed", String(on));
  return node;
}

/** One panel of the desk, as it stands in the page, with its title's figure. */
export function panel(id) {
  const section = document.getElementById(id);
  const count = section.querySelector("h2 .count");
  return {
    section,
    body: section.querySelector(".body"),
    tools: section.querySelector(".tools"),
    count: (text) => tell(count, String(text)),
  };
}

/** A word for a state, with a mark that does not rely on colour. */
export function word(text, tone = "plain") {
  return el("span", { class: `word ${tone}` }, text);
}

/** What a list shows when it is empty. */
export const empty = (text) => el("p", { class: "empty" }, text);

/** A labelled choice. `options` are [value, text] pairs. */
export function choice(label, options, value, change, { hidden = false } = {}) {
  const list = el(
    "select",
    { on: { change: () => change(list.value) } },
    ...options.map(([one, text]) => el("option", { value: one }, text)),
  );
  list.value = value;
  return el("label", { class: "field" }, el("span", { class: hidden ? "unseen" : "" }, label), list);
}

/** A form of one line: label, field, button. `send` gets the text and may fail; the field is cleared when it did not. */
export function line(label, does, send, { most = 400, hint = "" } = {}) {
  const field = el("input", { type: "text", maxlength: most, autocomplete: "off", placeholder: hint || null });
  const form = el("form", { class: "line" }, el("label", { class: "field" }, el("span", {}, label), field), el("button", {}, does));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (text && (await send(text)) !== false) field.value = "";
  });
  return form;
}

/** A folded part that remembers whether it is open, for as long as the page lives. */
const opened = new Map();

export function folded(id, title, ...children) {
  const node = el("details", { class: "folded" }, el("summary", {}, title), ...children);
  node.open = opened.get(id) ?? false;
  node.addEventListener("toggle", () => opened.set(id, node.open));
  return node;
}
