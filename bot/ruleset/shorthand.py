"""Short forms of arguments: `caps: 0.7` for `caps: { share: 0.7 }`, `warn: true` for a `warn` with its defaults.

A short form is validated by the type of the field that it stands for, so errors and the JSON Schema come from one place. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from bot.ruleset.durations import refuse


@dataclass(frozen=True)
class Short:
    """Marks a model that may be written as the value of one `field`; with `bare`, `true` gives all its defaults."""

    field: str = ""
    bare: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        model: type[BaseModel] = source
        choices: dict[str, CoreSchema] = {"full": handler(source)}
        if self.field:
            info = model.model_fields[self.field]
            one = handler.generate_schema(_annotated(info.annotation, info.metadata))
            make = model.model_construct
            choices["short"] = core_schema.no_info_after_validator_function(lambda value: make(**{self.field: value}), one)
        if self.bare:
            bare = core_schema.literal_schema([True])
            choices["bare"] = core_schema.no_info_after_validator_function(lambda _true: model(), bare)
        return core_schema.tagged_union_schema(choices, discriminator=self._form)

    def _form(self, value: Any) -> str:
        if value is True and self.bare:
            return "bare"
        return "short" if self.field and not isinstance(value, Mapping | BaseModel) else "full"


@dataclass(frozen=True, eq=False)
class OneOrMore:
    """Marks a list that may be written as its only item. `schema` is the JSON Schema of an item."""

    schema: Mapping[str, Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_listed, handler(source))

    def __get_pydantic_json_schema__(self, _core: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [dict(self.schema), {"type": "array", "items": dict(self.schema), "minItems": 1}]}


def _listed(value: Any) -> Any:
    if isinstance(value, list | tuple) and not value:
        refuse("an empty list says nothing", "name at least one")
    return value if isinstance(value, list | tuple) else [value]


def _annotated(annotation: Any, metadata: list[Any]) -> Any:
    """The type of a field with what pydantic took off it."""
    return Annotated[(annotation, *metadata)] if metadata else annotation
