"""`usher schema rules | config | api`: JSON Schema and OpenAPI, for editors and tools."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any, Literal

import typer

from bot import __version__
from bot.config import Config
from bot.control.openapi import describe
from bot.control.server import ROUTES
from bot.ruleset.schema import rules_schema


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(schema)


def schema(what: Annotated[Literal["rules", "config", "api"], typer.Argument(help="Which schema.")]) -> None:
    """Print the JSON Schema of rule files or of config.toml, or the OpenAPI description of the control API."""
    documents: dict[str, Callable[[], dict[str, Any]]] = {
        "rules": rules_schema,
        "config": Config.model_json_schema,
        "api": lambda: describe(ROUTES, __version__),
    }
    print(json.dumps(documents[what](), indent=2, ensure_ascii=False))
