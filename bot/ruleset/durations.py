"""What all values of rule files stand on: how they refuse, the base of their models and classes, durations and shares. Pure."""

from __future__ import annotations

import re
from typing import Annotated, Any, NoReturn

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_PART = re.compile(rf"({NUMBER})\s*(ms|s|m|h|d)")
DURATION = rf"{NUMBER}\s*(?:ms|s|m|h|d)(?:\s*{NUMBER}\s*(?:ms|s|m|h|d))*"
LONGEST = 366 * 86400.0
"""No duration of a live event is longer than a year."""


def refuse(text: str, hint: str = "") -> NoReturn:
    """Raises the error of a validator; `hint` says what to write instead and is shown on its own line."""
    raise PydanticCustomError("rule_value", "{text}", {"text": text, "hint": hint})


class RuleModel(BaseModel):
    """A mapping in a rule file: frozen, nothing unknown gets in. A number where text is meant (`[80, 443]`) is that text."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True, allow_inf_nan=False)


def read_duration(value: Any) -> float:
    """`250ms`, `90s`, `10m`, `1h30m`, `2d` → seconds. A bare number has no unit and is refused, save 0.

    >>> read_duration("1h30m")
    5400.0
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        refuse("a duration is meant here", "write it like 90s, 10m, 1h or 1h30m")
    if not isinstance(value, str):
        if value == 0:
            return 0.0
        refuse(f"{value} has no unit", f"write {value}s for seconds or {value}m for minutes")
    text = value.strip().lower()
    if text == "0":
        return 0.0
    if not re.fullmatch(DURATION, text):
        refuse(f"'{value}' is no duration", "write it like 90s, 10m, 1h or 1h30m")
    total = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    if total > LONGEST:
        refuse(f"'{value}' is longer than a year", "write a shorter duration")
    return total


Duration = Annotated[
    float,
    BeforeValidator(read_duration),
    WithJsonSchema(
        {"type": ["string", "integer"], "pattern": f"^({DURATION}|0)$", "examples": ["90s", "10m", "1h30m"]}
        | {"maximum": 0, "description": "a duration such as 90s, 10m, 1h, 1h30m"}
    ),
]
"""Seconds as float."""


def read_percent(value: Any) -> float:
    """`20%` → 0.2; a number from 0 to 1 is a share already.

    >>> read_percent("20%")
    0.2
    """
    hint = "write it like 20% or 0.2"
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        refuse("a share is meant here", hint)
    text = str(value).strip()
    number = re.fullmatch(rf"({NUMBER})\s*(%?)", text)
    if number is None:
        refuse(f"'{text}' is no share", hint)
    share = float(number[1]) / (100 if number[2] else 1)
    if share > 1:
        refuse(f"'{text}' is more than the whole", f"write {number[1]}%" if not number[2] and share <= 100 else hint)
    return share


Percent = Annotated[
    float,
    BeforeValidator(read_percent),
    WithJsonSchema(
        {
            "type": ["string", "number"],
            "pattern": rf"^{NUMBER}\s*%?$",
            "minimum": 0,
            "maximum": 1,
            "examples": ["20%", 0.2],
            "description": "a share such as 20% or 0.2",
        }
    ),
]
"""A share from 0 to 1."""


def plain(number: float) -> str:
    """3.0 → "3", 0.85 → "0.85"."""
    return f"{number:g}"


def duration_text(seconds: float) -> str:
    """Seconds as a moderator writes them.

    >>> duration_text(5400.0)
    '1h30m'
    """
    parts = []
    rest = seconds
    for unit in ("d", "h", "m"):
        whole, rest = divmod(rest, _UNITS[unit])
        if whole:
            parts.append(f"{int(whole)}{unit}")
    if rest or not parts:
        parts.append(f"{plain(round(rest, 3))}s")
    return "".join(parts)


class Written:
    """A frozen value that pydantic reads with the class's own `read`."""

    @classmethod
    def read(cls, value: Any) -> Any:
        """The value as written → an instance; refuses with a hint."""
        raise NotImplementedError

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """Its JSON Schema."""
        raise NotImplementedError

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls.read(value),
            serialization=core_schema.plain_serializer_function_ser_schema(str),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _core: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return cls.schema()


Text = Annotated[str, Field(min_length=1, max_length=2000)]
"""Text that is not empty."""
Id = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,64}$")]
"""A name in rule files: lower-case letters, digits, - and _."""
