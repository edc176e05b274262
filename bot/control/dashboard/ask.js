// Questions to the person at the desk: a native dialog, so that focus is held inside and given back by the browser.

import { el } from "./dom.js";

/** Shows a dialog and resolves with the chosen answer's value, or null. `answers` are [value, text, kind] triples; the first one has the focus. */
export function ask(title, body, answers) {
  return new Promise((done) => {
    const back = document.activeElement;
    const buttons = answers.map(([value, text, kind]) => el("button", { value, class: kind || null }, text));
    const dialog = el(
      "dialog",
      { "aria-labelledby": "asked" },
      el(
        "form",
        { method: "dialog" },
        el("h2", { id: "asked" }, title),
        ...[body].flat(),
        el("div", { class: "answers" }, ...buttons),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (back?.isConnected) back.focus({ preventScroll: true });
      done(dialog.returnValue || null);
    });
    dialog.addEventListener("cancel", () => {
      dialog.returnValue = "";
    });
    document.body.append(dialog);
    dialog.showModal();
    (buttons.find((one) => one.value) ?? buttons[0]).focus();
  });
}

/** Yes or no; `yes` says what will be done. */
export const sure = async (title, text, yes, kind = "main") =>
  (await ask(title, typeof text === "string" ? el("p", {}, text) : text, [
    ["yes", yes, kind],
    ["", "Leave it"],
  ])) === "yes";
