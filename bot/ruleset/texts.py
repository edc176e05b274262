"""How texts are given in rule files: one, several, or the name of a list (`{ list: swearing }`), mixed as one likes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from bot.ruleset.values import RuleModel

MOST = 20_000


class ListRef(RuleModel):
    """A named list of the section `lists:`."""

    list: Annotated[str, Field(min_length=1)]


def _form(value: Any) -> str:
    if isinstance(value, Mapping | ListRef):
        return "list"
    return "many" if isinstance(value, list | tuple) else "text"


OneText = Annotated[str, Field(max_length=2000)]
TextOrList = Annotated[Annotated[OneText, Tag("text")] | Annotated[ListRef, Tag("list")], Discriminator(_form)]
Texts = Annotated[
    Annotated[OneText, Tag("text")]
    | Annotated[ListRef, Tag("list")]
    | Annotated[list[TextOrList], Tag("many"), Field(max_length=MOST)],
    Discriminator(_form),
]
"""A text, a list of texts, or a named list."""

TextsArgument = str | ListRef | list[str | ListRef]
"""What `Texts` validates to."""
