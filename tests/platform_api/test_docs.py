"""The manual of platforms: its table of calls is the code's, its examples are read by the programs that read users' files."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from bot.config import NEEDED, Stream
from bot.platform_api.beestreamed.coverage import table
from bot.platform_api.livestreams import BASE_URLS
from bot.rulefiles import presets
from bot.ruleset.parse import parse

PAGE = (Path(__file__).parents[2] / "docs" / "platforms.md").read_text("utf-8")


def test_the_table_of_calls_is_complete() -> None:
    assert PAGE.endswith(table())


def test_the_settings_shown_are_taken() -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    names = [Stream.model_validate(one).name for one in tomllib.loads(block)["stream"]]
    assert names == ["main", "town-hall"]


def test_the_rules_shown_can_be_read() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert [problem.render() for problem in parse({"example.yaml": block}, {}, presets()).errors] == []


def test_every_platform_says_what_it_needs_and_where_it_is() -> None:
    for platform, keys in NEEDED.items():
        (row,) = re.findall(rf"^\| {platform} \| (.*) \|$", PAGE, re.MULTILINE)
        assert all(f"`{key}`" in row for key in keys)
        assert BASE_URLS.get(platform, "the channel's") in row
