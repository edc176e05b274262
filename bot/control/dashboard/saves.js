// A save of the rule files that would take away much: its rules wait in shadow until somebody has seen what they would do.

import { act } from "./acts.js";
import { at } from "./api.js";
import { sure } from "./ask.js";
import { el } from "./dom.js";
import { said } from "./text.js";

const SHOWN = 10;

/** Shows what the save would change among the last messages, and lets one of its rules act. */
export async function confirmSave(channel, rule) {
  const save = channel.last_save ?? {};
  const mine = (save.messages ?? []).filter((one) => one.rules.includes(rule)).slice(0, SHOWN);
  const shown = mine.map((one) => el("li", {}, said(one.text), ` – ${one.before} becomes ${one.after}`));
  const body = [
    el("p", {}, said(save.text ?? "")),
    el("ul", { class: "rows" }, ...shown),
    el("p", {}, "From now on it acts on what is written."),
  ];
  if (!(await sure(`Let rule ${rule} act?`, body, "Confirm it"))) return;
  const past = `Confirmed rule ${rule}: it acts from now on`;
  await act({
    key: `rule:${rule}`,
    path: at`rules/${rule}/confirm`,
    past,
    after: ["rules"],
    topics: ["rules"],
    final: "To stop it, switch the rule off.",
  });
}
