"""The command `usher`: one file per command group; each reads its arguments, calls one function and sets the exit code.

Exit codes: 0 done, 1 the answer is "no" or "problems found", 2 unusable call or configuration (message on standard error).
"""

from __future__ import annotations

import sys
from importlib import import_module

import typer

from bot import __version__
from bot.domain.errors import UsageError

_HELP = "Usher watches a live event's chat and Q&A, applies your rules, runs polls and announcements, and can say why."

_GROUPS = {
    "rehearse": "rehearse",
    "run": "run",
    "check": "check",
    "replay": "replay",
    "explain": "explain",
    "report": "report",
    "status": "steer",
    "pause": "steer",
    "resume": "steer",
    "backup": "backup",
    "restore": "backup",
    "export": "privacy",
    "forget": "privacy",
    "audit": "privacy",
    "schema": "schema",
    "doctor": "doctor",
    "stream": "stream",
    "rules": "rules",
}
"""Command → the file that has it."""


def build(command: str = "") -> typer.Typer:
    """The program with the group of one command, or with all: the daemon need not carry what only a rehearsal uses."""
    app = typer.Typer(help=_HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

    @app.callback(invoke_without_command=True)
    def root(version: bool = typer.Option(False, "--version", help="Print the version and stop.", is_eager=True)) -> None:
        if version:
            print(__version__)
            raise typer.Exit(0)

    wanted = [_GROUPS[command]] if command in _GROUPS else dict.fromkeys(_GROUPS.values())
    for group in wanted:
        import_module(f"bot.cli.{group}").register(app)
    return app


def main() -> None:
    """Entry point."""
    try:
        build(sys.argv[1] if len(sys.argv) > 1 else "")()
    except UsageError as error:
        print(f"usher: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output went away (`usher replay … | head`): that is its right.
        sys.stderr.close()
        sys.exit(0)
