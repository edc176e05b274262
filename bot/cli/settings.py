"""Reads config.toml: `env:NAME` and `file:PATH` are looked up here, mistakes become one clear text that names the key."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from rapidfuzz import process

from bot.config import Config
from bot.domain.errors import UsageError

DEFAULT = Path("config.toml")


def load_config(path: Path | None = None, env: Mapping[str, str] | None = None) -> Config:
    """The settings of a file (default config.toml). Raises UsageError with all problems, a line each."""
    file = path or DEFAULT
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"no configuration at {file}; copy config.example.toml to {file} and fill it in") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file}: {error}") from None
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file}: not valid TOML: {error}") from None
    resolved = _resolve(raw, file, env if env is not None else os.environ, "")
    try:
        return Config.model_validate(resolved)
    except ValidationError as error:
        raise UsageError("\n".join(_explain(file, text, one) for one in error.errors(include_url=False))) from None


def secret_values(config: Config) -> list[str]:
    """All secrets of a configuration, for the log's redaction."""
    found = [config.control.users[i].token.get_secret_value() for i in range(len(config.control.users))]
    for channel in config.channel:
        found += [channel.token_id.get_secret_value(), channel.secret_key.get_secret_value()]
        kept = channel.webhook_secret
        found += [one.get_secret_value() for one in (kept if isinstance(kept, tuple) else (kept,))]
    for stream in config.stream:
        found += [stream.token.get_secret_value(), stream.api_key.get_secret_value()]
    found += [service.token.get_secret_value() for service in config.service]
    return [secret for secret in found + [url.get_secret_value() for url in config.alerts.urls] if secret]


def _resolve(value: Any, file: Path, env: Mapping[str, str], place: str) -> Any:
    if isinstance(value, dict):
        return {name: _resolve(part, file, env, f"{place}.{name}".lstrip(".")) for name, part in value.items()}
    if isinstance(value, list):
        return [_resolve(part, file, env, f"{place}[{n}]") for n, part in enumerate(value)]
    if isinstance(value, str) and value.startswith("env:"):
        name = value.removeprefix("env:")
        if name not in env:
            raise UsageError(f"{file}: {place} wants the environment variable {name}, which is not set")
        return env[name]
    if isinstance(value, str) and value.startswith("file:"):
        path = (file.parent / value.removeprefix("file:")).expanduser()
        try:
            return path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{file}: {place} wants the file {path}: {error}") from None
    return value


def _explain(file: Path, text: str, error: Any) -> str:
    parts = [part for part in error["loc"] if not isinstance(part, str) or re.fullmatch(r"[\w.-]+", part)]
    place = re.sub(r"\.\[", "[", ".".join(f"[{part}]" if isinstance(part, int) else str(part) for part in parts))
    name = str(parts[-1]) if parts else ""
    if error["type"] == "extra_forbidden":
        return f"{file}{_line(text, name)}: unknown key '{place}'{_meant(name, parts[:-1])}"
    if error["type"] == "missing":
        return f"{file}: '{place}' is missing"
    return f"{file}{_line(text, name)}: {place}: {error['msg'].removeprefix('Value error, ')}"


def _line(text: str, name: str) -> str:
    """The first line on which the key stands; good enough to find it."""
    for number, line in enumerate(text.splitlines(), 1):
        if name and re.search(rf"(^|[\s{{,\[.]){re.escape(name)}\s*(=|\])", line):
            return f":{number}"
    return ""


def _meant(name: str, place: list[Any]) -> str:
    model: Any = Config
    for part in place:
        if isinstance(part, int):
            continue
        annotation = model.model_fields[part].annotation if part in model.model_fields else None
        model = next((one for one in (annotation, *getattr(annotation, "__args__", ())) if _is_section(one)), None)
        if model is None:
            return ""
    found = process.extractOne(name, list(model.model_fields), score_cutoff=55)
    return f"; did you mean '{found[0]}'?" if found else f"; known are: {', '.join(model.model_fields)}"


def _is_section(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, BaseModel)
