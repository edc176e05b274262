// The rules in force: version, what is wrong in the files, hits and undos, switches, a save to be confirmed, a text to be tried.

import { act, announce, isGoing } from "./acts.js";
import { Refused, at, send } from "./api.js";
import { sure } from "./ask.js";
import { el, keep } from "./dom.js";
import { button, choice, empty, panel, word } from "./parts.js";
import { confirmSave } from "./saves.js";
import { renew } from "./sources.js";
import { may, meant, on, put, state } from "./state.js";
import { plain, said, times } from "./text.js";
import { since } from "./ticks.js";
import { effects } from "./why.js";

const MODES = { act: ["acts", "good"], suggest: ["suggests", "fair"], shadow: ["in shadow", "fair"], off: ["off", "plain"] };
let place = null;
const parts = {};

/** Fills the panel. */
export function showRules() {
  place = panel("rules");
  parts.version = el("ul", { class: "rows" });
  parts.faults = el("ul", { class: "rows" });
  parts.table = el("tbody");
  const heads = ["Rule", "Does", "Hits", "Undone", "Where", "Switch"].map((text) => el("th", { scope: "col" }, text));
  const table = el(
    "table",
    {},
    el("caption", { class: "unseen" }, "Rules in force"),
    el("thead", {}, el("tr", {}, ...heads)),
    parts.table,
  );
  const scroll = el("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": "Rules in force" }, table);
  place.body.append(parts.version, parts.faults, trying(), scroll, empty("No rule is in force."));
  on(["rules", "me"], show);
}

function show() {
  keep(parts.version, state.rules, {
    key: (one) => one.channel,
    make: version,
    shape: (one) =>
      JSON.stringify([one.hash, one.pending, one.last_save, one.in_shadow, one.problems.length, one.since, may("moderator")]),
  });
  const problems = state.rules.flatMap((channel) => channel.problems);
  keep(parts.faults, problems, { key: (one) => `${one.file}:${one.line}:${one.column}:${one.text}`, make: problem });
  const rules = state.rules.flatMap((channel) => channel.rules.map((rule) => ({ ...rule, channel: channel.channel })));
  keep(parts.table, rules, {
    key: (one) => `${one.channel} ${one.id}`,
    make: rule,
    shape: (one) => JSON.stringify([one, may("moderator"), isGoing(`rule:${one.id}`)]),
  });
  place.count(problems.length ? `${times(problems.length, "problem")}` : rules.length || "");
  place.body.lastElementChild.hidden = rules.length > 0;
}

// ── version and saves ──

function version(one) {
  const held = one.pending
    ? [
        el("p", { class: "fault" }, "A save waits: ", said(one.pending)),
        button("Accept this save…", () => accept(one), { does: "accept", kind: "main", off: !may("moderator") }),
      ]
    : [];
  const shadow = (one.in_shadow ?? []).map((id) =>
    el(
      "p",
      { class: "acts" },
      word("waits in shadow", "fair"),
      el("strong", {}, id),
      button("Confirm", () => confirmSave(one, id), { does: `confirm ${id}`, kind: "main", name: id, off: !may("moderator") }),
    ),
  );
  return el(
    "li",
    {},
    el(
      "p",
      {},
      "Version ",
      el("code", {}, one.hash.slice(0, 12)),
      ` of ${one.channel}, in force since `,
      since(one.since),
      ", from ",
      said(one.folder),
    ),
    one.last_save?.looked_at ? el("p", { class: "about" }, "The newest save: ", said(one.last_save.text)) : null,
    ...shadow,
    ...held,
    el(
      "p",
      { class: "acts" },
      button("Read the files now", reload, { does: "reload", off: !may("moderator") }),
      button("What would the files on disk change?", () => foretell(), { does: "foretell" }),
    ),
  );
}

async function accept(one) {
  if (await sure("Accept this save?", `${plain(one.pending, 300)} – its rules are in force at once.`, "Accept it")) await reload();
}

async function reload() {
  try {
    put("rules", (await send("rules/reload")).channels);
    announce("The rule files were read.", "good");
  } catch (error) {
    told(error);
  }
  renew("status");
}

async function foretell() {
  try {
    const { channels } = await send("rules/replay");
    const lines = Object.entries(channels).flatMap(([name, one]) => [
      el("p", {}, `${name}: `, said(one.text)),
      el(
        "ul",
        { class: "rows" },
        ...one.messages
          .slice(0, 15)
          .map((each) => el("li", {}, said(each.text), ` – ${each.before} would become ${each.after} (${each.rules.join(", ")})`)),
      ),
    ]);
    await sure("What the files on disk would change", lines, "Good");
  } catch (error) {
    told(error);
  }
}

function told(error) {
  if (!(error instanceof Refused)) throw error;
  announce(`Not done: ${error.message}`, "bad");
}

// ── problems and rules ──

function problem(one) {
  return el(
    "li",
    { class: "problem" },
    word(one.level, one.level === "error" ? "bad" : "fair"),
    el("pre", { tabindex: "0", "aria-label": "problem in a rule file" }, said(one.rendered, [], { whole: true })),
  );
}

function rule(one) {
  const mode = one.enabled === false ? "off" : one.mode;
  const [text, tone] = MODES[mode] ?? [mode, "plain"];
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, one.id, one.errors ? word(times(one.errors, "error"), "bad") : null),
    el("td", {}, word(text, tone), one.reason ? ` ${one.reason}` : ""),
    el("td", { class: "number" }, String(one.hits)),
    el("td", { class: "number" }, String(one.undone ?? "–")),
    el("td", { class: "quiet" }, `${one.file}, line ${one.line}`),
    el(
      "td",
      {},
      switchOf(one, mode),
      one.hits ? button("Undo all…", () => undoAll(one), { does: "undo-all", name: one.id, off: !may("moderator") }) : null,
    ),
  );
}

function switchOf(one) {
  const pairs = [
    ["", "switch…"],
    ["enable", "as its file says"],
    ["act", "act"],
    ["shadow", "shadow: only record"],
    ["disable", "off"],
  ];
  const list = choice(`Switch rule ${one.id}`, pairs, "", (verb) => verb && switched(one, verb), { hidden: true });
  list.querySelector("select").disabled = !may("moderator");
  return list;
}

const switched = (one, verb) =>
  act({
    key: `rule:${one.id}`,
    path: at`rules/${one.id}/${verb}`,
    past: `Rule ${one.id}: ${verb}`,
    after: ["rules"],
    topics: ["rules"],
    final: "To take it back, switch it again.",
  });

/** Shows what it would come to first: what cannot be taken back stands on top. */
async function undoAll(one) {
  try {
    const query = { event: meant() };
    const plan = await send("undo", { rule: one.id }, { ...query, preview: 1 });
    if (plan.nothing) return announce(`Nothing of rule ${one.id} is left to undo.`, "plain");
    const cannot = plan.cannot.length
      ? [el("p", { class: "fault" }, "Cannot be taken back:"), el("ul", {}, ...plan.cannot.map((text) => el("li", {}, said(text))))]
      : [];
    const will = el("ul", {}, ...plan.will.map((text) => el("li", {}, said(text))));
    const yes = await sure(
      `Undo all that rule ${one.id} did?`,
      [...cannot, el("p", {}, `${times(plan.decisions, "decision")}, ${times(plan.messages.length, "message")}:`), will],
      "Undo all of it",
      "stop",
    );
    if (yes)
      await act({
        key: `undo:${one.id}`,
        path: "undo",
        body: { rule: one.id },
        query,
        informs: true,
        past: `Undid ${times(plan.decisions, "decision")} of rule ${one.id}`,
        after: ["deeds", "chat", "held", "rules"],
        final: plan.cannot.join("; ") || "Single messages can be hidden again.",
      });
  } catch (error) {
    told(error);
  }
}

// ── try a text ──

function trying() {
  const text = el("input", { type: "text", id: "try-text", maxlength: 5000, autocomplete: "off" });
  const surface = choice(
    "as",
    [
      ["chat", "a chat line"],
      ["qa", "a question"],
    ],
    "chat",
    () => {},
  );
  const answer = el("div", { class: "answer", role: "status" });
  const form = el(
    "form",
    { class: "line" },
    el("label", { class: "field" }, el("span", {}, "Try a text"), text),
    surface,
    el("button", {}, "Try"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tried(text.value, surface.querySelector("select").value, answer);
  });
  return el("div", { class: "trying" }, form, answer);
}

async function tried(text, surface, place) {
  try {
    const found = await send("rules/try", { text, surface });
    const all = [...found.verdicts, ...found.suggested, ...found.shadow];
    const spans = all.flatMap((verdict) => verdict.matches.map((match) => match.span));
    const rows = all.map((verdict) =>
      el(
        "li",
        {},
        el("strong", {}, verdict.rule),
        ` (${verdict.mode}): ${effects(verdict.effects)} `,
        said(verdict.notes.join("; ")),
      ),
    );
    const near = found.near.map((one) => el("li", {}, el("span", { class: "quiet" }, "nearly: "), said(one)));
    const outcome = found.outcome === "none" ? "It would stay." : `Outcome: ${found.outcome}.`;
    place.replaceChildren(
      el("p", { class: "quote" }, said(text, spans)),
      el("p", {}, `${outcome} Nothing was stored or sent.`),
      el("ul", {}, ...rows, ...near),
    );
  } catch (error) {
    place.replaceChildren(el("p", { class: "fault" }, error.message));
  }
}
