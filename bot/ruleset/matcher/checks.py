"""Can a term be compiled, and would it be sensible? Said before a rule file goes live, in words that tell what to write instead."""

from __future__ import annotations

import re

import re2

from bot.ruleset.matcher.entries import entry_of
from bot.ruleset.matcher.expressions import expression_of, options
from bot.ruleset.terms import Term, TermError

LONGEST = 1_000
"""Characters of one term. A longer one is a list, and should be written as one."""

_REFUSED: tuple[tuple[str, str, str], ...] = (
    (r"\(\?=", "look-ahead (?=…)", "match the following text as well, or use `all` with two conditions"),
    (r"\(\?!", "negative look-ahead (?!…)", "use `none` with a second condition for what must not be there"),
    (r"\(\?<=", "look-behind (?<=…)", "match the preceding text as well; `word` already looks at edges"),
    (r"\(\?<!", "negative look-behind (?<!…)", "use `word`, which looks at edges, or `none` with a second condition"),
    (
        r"\\[1-9]|\\g\{?\w|\\k[<{']",
        "backreference",
        "spell the repeated text out; stretched words need none, `fold: strong` undoes them",
    ),
    (r"\(\?P=", "backreference (?P=…)", "spell the repeated text out"),
    (r"\(\?>", "atomic group (?>…)", "write (?:…): this engine never backtracks, so the group is not needed"),
    (r"\(\?\(", "conditional (?(…)…)", "use two expressions under `any`"),
    (r"\(\?R\)|\(\?\d+\)|\(\?&", "recursion", "spell the nesting out as far as you need it"),
    (r"[*+?}]\+", "possessive quantifier", "leave the last + out: this engine never backtracks"),
    (r"\\Z", r"\Z", r"write \z or $"),
    (r"\\u[0-9a-fA-F]", r"\u escape", r"write \x{…} or the character itself"),
    (r"\\N\{", r"\N{…}", "write the character itself"),
    (r"\(\?[a-z]*x", "the flag x", "write the expression without spaces and comments"),
)
_NOT_ESCAPED = r"(?<!\\)(?:\\\\)*"


def check_term(term: Term) -> None:
    """Raise TermError with what is wrong and what to write instead."""
    text = term.text.strip().lstrip("\ufeff")
    if not text.strip():
        raise TermError(term, "an empty text would match every message", "remove the entry, or write a word")
    if len(text) > LONGEST:
        raise TermError(
            term, f"this entry has {len(text)} characters; {LONGEST} is the most", "split it, or put the words into a list"
        )
    if term.kind == "regex":
        _check_regex(term)
    else:
        _check_words(term)


def _check_words(term: Term) -> None:
    entry = entry_of(0, term)
    core = term.text.strip("*? \ufeff")
    if not core:
        raise TermError(
            term, "only stars and question marks: this would match nearly every message", "add at least one letter or digit"
        )
    if entry.way == "expression":
        _compile(term)
        return
    if not (entry.words if entry.way != "literal" else entry.text):
        raise TermError(term, f"nothing is left of {term.text!r} after folding", "write a visible letter, or set `fold: off`")


def _check_regex(term: Term) -> None:
    for pattern, name, instead in _REFUSED:
        if re.search(_NOT_ESCAPED + pattern, term.text):
            raise TermError(
                term, f"{name} is refused: expressions run in an engine that cannot be made slow, and it has none", instead
            )
    _compile(term)
    one = expression_of(entry_of(0, term))
    if re2.compile(one.ascii_form, options()).search("") and _matches_anything(one.ascii_form):
        raise TermError(
            term, "this expression matches the empty text, so it would match every message", "use + instead of *, or add a letter"
        )


def _matches_anything(form: str) -> bool:
    return bool(re2.compile(form, options()).search("qzj"))


def _compile(term: Term) -> None:
    one = expression_of(entry_of(0, term))
    for form in (one.ascii_form, one.wide_form):
        try:
            re2.compile(form, options())
        except re2.error as why:
            raise TermError(term, f"this expression cannot be compiled: {_said(why)}", _hint(str(why))) from why


def _said(why: Exception) -> str:
    said = why.args[0] if why.args else str(why)
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _hint(said: str) -> str:
    if "repetition size" in said or "repeat" in said:
        return "a count may be 1000 at most, and + or * must follow something"
    if "paren" in said:
        return "look for a bracket that is not closed; a bracket that is meant itself is written \\("
    if "too large" in said or "budget" in said:
        return "make it shorter, or split it into several"
    return "a character that is meant itself is written with \\ before it; for plain words use `word` or `wildcard`"
