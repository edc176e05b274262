"""Rule files for commands that need all of them whole: every problem in one text, as UsageError."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.domain.errors import UsageError
from bot.rulefiles import load
from bot.ruleset.model import Ruleset
from bot.ruleset.problems import Problem


def load_ruleset(folder: Path) -> Ruleset:
    """The rule set of a folder. The rules' own tests are `usher check`'s business: what is being written may be tried before."""
    parsed = load(folder).parsed
    if parsed.ruleset is None:
        told = "\n".join(in_folder(problem, folder).render() for problem in parsed.errors)
        raise UsageError(f"the rules in '{folder}' cannot be used:\n{told}")
    return parsed.ruleset


def in_folder(problem: Problem, folder: Path) -> Problem:
    """The problem with its file's path as a shell or an editor finds it."""
    return replace(problem, file=str(folder / problem.file)) if problem.file != str(folder) else problem
