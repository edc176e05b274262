"""`usher check`: all problems at once, and the exit code says which kind of answer it is."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli import check
from bot.domain.errors import UsageError

GOOD = """
rules:
  - id: swearing
    if: { word: heck }
    do: [ hide ]
    tests: { hide: ["oh heck"], keep: ["check"] }
announcements:
  - { id: ask, every: 10m, messages: ["Ask in the Q&A tab."] }
"""
FAILING = """
rules:
  - id: swearing
    if: { word: heck }
    do: [ hide ]
    tests:
      keep: ["oh heck"]
"""


def run(*arguments: str) -> Result:
    app = typer.Typer()
    check.register(app)
    return CliRunner().invoke(app, [*arguments])


def folder(path: Path, text: str) -> str:
    (path / "chat.yaml").write_text(text, encoding="utf-8")
    return str(path)


def test_a_clean_folder(tmp_path: Path) -> None:
    done = run("--rules", folder(tmp_path, GOOD))
    assert done.exit_code == 0, done.output
    assert "1 rule with 2 tests" in done.output
    assert "lines of the bot" in done.output
    assert done.output.strip().endswith("0 errors, 0 warnings")


def test_every_problem_with_its_place_and_a_caret(tmp_path: Path) -> None:
    text = GOOD.replace("do: [ hide ]", "do: [ hied ]").replace("every: 10m", "evry: 10m")
    done = run("--rules", folder(tmp_path, text))
    assert done.exit_code == 1
    assert f"{tmp_path}/chat.yaml:5:11: error: " in done.output
    assert f"{tmp_path}/chat.yaml:8:" in done.output
    assert done.output.count("^^^^") == 2
    assert "did you mean 'hide'?" in done.output


def test_a_rule_whose_own_test_fails(tmp_path: Path) -> None:
    done = run("--rules", folder(tmp_path, FAILING))
    assert done.exit_code == 1
    assert "chat.yaml:7:15: error: rule 'swearing': “oh heck” should keep, but the rule does hide" in done.output
    assert "1 error, 0 warnings" in done.output


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    done = run("--rules", str(tmp_path / "none"))
    assert isinstance(done.exception, UsageError)
    assert "there is no folder" in str(done.exception)


def test_a_configuration_and_the_rules_of_its_channels(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[[channel]]\nname = "main"\nrules = "{folder(tmp_path, FAILING)}"\n', encoding="utf-8")
    done = run("--config", str(config))
    assert done.exit_code == 1
    assert "config.toml: nothing wrong" in done.output
    assert "rule 'swearing'" in done.output


@pytest.mark.parametrize(("text", "told"), [("[bott]\n", "unknown key"), ("[bot]\n", "no [[channel]]"), ("[", "TOML")])
def test_a_configuration_that_cannot_be_used(tmp_path: Path, text: str, told: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(text, encoding="utf-8")
    done = run("--config", str(config))
    assert isinstance(done.exception, UsageError)
    assert told in str(done.exception)


ORDER = """
speech: { min_gap: 45s, max_share: null }
cues:
  - { id: doors, when: { at: start-10m }, do: [ { post: "Welcome!" } ] }
  - { id: one, when: { at: live+5m }, do: [ { post: "One." } ] }
  - { id: two, when: { at: live+301s }, misfire_grace: 5m, do: [ { post: "Two." } ] }
  - { id: late, when: { at: end+3h }, do: [ { alert: "x" } ] }
"""


def test_the_running_order_in_local_time_and_utc(tmp_path: Path) -> None:
    text = f"length: 90m\n{ORDER}"
    done = run("--rules", folder(tmp_path, text), "--start", "2026-07-01T10:00", "--zone", "Europe/Berlin")
    assert done.exit_code == 0, done.output
    assert "an event from 10:00 to 11:30 (Europe/Berlin): 3 lines of the bot, at most 2 in an hour" in done.output
    assert "09:50:00 (07:50:00 UTC) cue:doors starts" in done.output
    assert "10:05 cue:two has to wait and is said 44 s later: min_gap: the bot spoke" in done.output
    assert "cue:late never fires: its time lies outside the event" in done.output


def test_what_misses_a_collision_by_a_second_may_have_to_wait(tmp_path: Path) -> None:
    text = ORDER.replace("live+301s", "live+346s")
    done = run("--rules", folder(tmp_path, text))
    assert "cue:two may have to wait and is said" in done.output


@pytest.mark.parametrize(("length", "told"), [("", True), ("length: 2h", False)])
def test_the_end_must_be_told(tmp_path: Path, length: str, told: bool) -> None:
    text = f"{length}\nannouncements: [ {{ id: a, every: 5m, show_until: end-10m, messages: [x] }} ]\n"
    done = run("--rules", folder(tmp_path, text))
    assert ("add `length: 2h`" in done.output) == told


@pytest.mark.parametrize("arguments", [("--start", "noon"), ("--zone", "Nowhere/Else")])
def test_a_time_that_is_none(tmp_path: Path, arguments: tuple[str, str]) -> None:
    done = run("--rules", folder(tmp_path, ORDER), *arguments)
    assert isinstance(done.exception, UsageError)


ASKING = """
rules:
  - { id: nasty, if: { external: { toxicity-api: ">= 0.8" } }, do: [ hide ] }
"""


@pytest.mark.parametrize(
    ("config", "code", "says"),
    [
        ('[[service]]\nname = "toxicity-api"\nurl = "https://scores.example.test"\n', 0, "0 errors, 0 warnings"),
        ('[[service]]\nname = "toxicity-ap"\nurl = "https://scores.example.test"\n', 1, "did you mean 'toxicity-ap'?"),
        ("", 1, "the operator declares it: a [[service]] in config.toml"),
        (None, 0, "usher check --config config.toml looks whether it is"),
    ],
)
def test_a_service_that_is_asked_has_to_be_configured(tmp_path: Path, config: str | None, code: int, says: str) -> None:
    (tmp_path / "rules").mkdir()
    options = ["--rules", folder(tmp_path / "rules", ASKING)]
    if config is not None:
        (tmp_path / "config.toml").write_text(config, encoding="utf-8")
        options += ["--config", str(tmp_path / "config.toml")]
    done = run(*options)
    assert done.exit_code == code, done.output
    assert says in done.output


def test_the_running_order_is_foretold_in_the_channels_time_zone(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    rules = folder(tmp_path / "rules", GOOD)
    config = tmp_path / "config.toml"
    channels = "".join(
        f'[[channel]]\nname = "{name}"\nrules = "{rules}"\ntime_zone = "{zone}"\n'
        for name, zone in (("berlin", "Europe/Berlin"), ("tokyo", "Asia/Tokyo"))
    )
    config.write_text(channels, encoding="utf-8")
    both = run("--config", str(config)).output
    assert [f"14:00 to 16:00 ({zone})" in both for zone in ("Europe/Berlin", "Asia/Tokyo", "UTC")] == [True, True, False]
    assert "(13:" in both
    assert "(05:" in both
    told = run("--config", str(config), "--zone", "America/New_York").output
    assert told.count("(America/New_York)") == 2
    config.write_text('[[channel]]\ntime_zone = "Mars/Base"\n', encoding="utf-8")
    assert isinstance(run("--config", str(config)).exception, UsageError)
