"""Figures for Prometheus: a real scrape, and a dashboard and alert rules that ask for nothing that is not there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

from tests.control.living import Living, living_bot

ROOT = Path(__file__).parents[2]
NAME = re.compile(r"\b(?:usher|process|python)_\w+\b")
LABELS = re.compile(r"(usher_\w+)(?:\{([^}]*)\})?")


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with living_bot(tmp_path_factory.mktemp("metrics")) as living:
        yield living


def scraped(bot: Living) -> dict[str, list[tuple[dict[str, str], float]]]:
    """Sample name → (labels, value)."""
    reply = bot.ask("GET", "/metrics", role="viewer")
    assert (reply.status, reply.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(reply.body.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((dict(sample.labels), sample.value))
    return found


def value(samples: dict[str, list[tuple[dict[str, str], float]]], name: str, **labels: str) -> float:
    return sum(number for found, number in samples[name] if labels.items() <= found.items())


def test_a_scrape_tells_what_happened(bot: Living) -> None:
    seen = scraped(bot)
    assert value(seen, "usher_messages_judged_total", channel="main", surface="chat") == 2
    assert value(seen, "usher_rule_hits_total", rule="swearing", mode="act") == 1
    assert value(seen, "usher_decisions_total", outcome="hide", by="rules") == 1
    assert value(seen, "usher_acts_total", kind="set_message_status", state="done") == 1
    assert value(seen, "usher_exposure_seconds_count", channel="main") == 1
    assert 0 < value(seen, "usher_exposure_seconds_sum") < 20
    assert value(seen, "usher_reads_total", surface="chat") > 0
    assert value(seen, "usher_calls_total", kind="read", status="200") > 0
    assert value(seen, "usher_calls_total", kind="act") == 1
    assert value(seen, "usher_budget_left") > 0
    assert value(seen, "usher_newest_read_age_seconds", event="show", surface="qa") < 10
    assert value(seen, "usher_ready") == 1
    assert (value(seen, "usher_inbox_waiting"), value(seen, "usher_paused")) == (0, 0)
    assert len(seen["usher_ruleset_info"][0][0]["hash"]) == 12
    assert value(seen, "usher_loop_lag_seconds_count") >= 0
    assert value(seen, "process_resident_memory_bytes") > 1e6


def test_a_pause_shows(bot: Living) -> None:
    bot.api("POST", "pause", {"what": "moderation"})
    paused = scraped(bot)
    bot.api("POST", "resume", {})
    assert (value(paused, "usher_paused", what="moderation"), value(paused, "usher_paused", what="all")) == (1, 0)
    assert value(scraped(bot), "usher_paused") == 0


def test_no_name_no_address_no_text_gets_in(bot: Living) -> None:
    bot.stage(lambda stage: stage.door.say("show", "what the heck", "Zoe Example", "zoe@example.test"))
    body = bot.ask("GET", "/metrics").body.decode()
    for secret in ("Zoe", "zoe", "example.test", "heck", "Ann", "moderator", "fake-"):
        assert secret not in body


def test_a_token_is_needed_unless_it_is_open(bot: Living, tmp_path: Path) -> None:
    assert bot.ask("GET", "/metrics", role="").status == 401
    with living_bot(tmp_path, metrics_open=True) as other:
        assert other.ask("GET", "/metrics", role="").status == 200


def dashboard() -> Any:
    return json.loads((ROOT / "deploy/grafana/usher.json").read_text("utf-8"))


def alert_rules() -> list[dict[str, Any]]:
    told = YAML(typ="safe").load((ROOT / "deploy/prometheus/usher-alerts.yaml").read_text("utf-8"))
    return [rule for group in told["groups"] for rule in group["rules"]]


def expressions() -> list[str]:
    panels = [target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]]
    notes = [one["expr"] for one in dashboard()["annotations"]["list"]]
    return [*panels, *notes, *(rule["expr"] for rule in alert_rules())]


@pytest.mark.parametrize("expression", sorted(set(expressions())))
def test_every_expression_is_one(expression: str) -> None:
    promql_parser.parse(expression)


def test_dashboard_and_alert_rules_use_only_figures_and_labels_that_exist(bot: Living) -> None:
    bot.api("POST", "rules/swearing/act")
    seen = scraped(bot) | {"usher_rule_errors_total": [({"channel": "main", "rule": "x"}, 0.0)]}
    asked = {name for expression in expressions() for name in NAME.findall(expression)}
    assert asked <= set(seen), asked - set(seen)
    for expression in expressions():
        for name, inside in LABELS.findall(expression):
            for label in re.findall(r"(\w+)\s*[=!]", inside):
                assert label in seen[name][0][0], (name, label)
    assert len(asked) > 15


def test_every_alert_says_what_to_do() -> None:
    rules = alert_rules()
    assert len({rule["alert"] for rule in rules}) == len(rules) >= 10
    for rule in rules:
        assert rule["labels"]["severity"] in {"page", "warn"}
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["description"].endswith(".")


def test_panels_lie_beside_each_other_and_have_names() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboard()["panels"]:
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        assert panel["title"]
        taken |= cells
