"""The manual tells every route with its role, every kind of the feed, and every figure with its labels."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from bot.control.server import ROUTES
from tests.control.living import Living

ROOT = Path(__file__).parents[2]
API = (ROOT / "docs/control-api.md").read_text("utf-8")
FIGURES = (ROOT / "docs/metrics.md").read_text("utf-8")


def test_every_route_is_told_with_its_role_and_no_other() -> None:
    wanted = set()
    for route in ROUTES:
        path = route.path.removeprefix("/api/v1/")
        for name, words in route.choices.items():
            path = path.replace(f"{{{name}}}", "{" + "\\|".join(words) + "}")
        wanted.add(f"| `{route.method} {path}` | {'nobody' if route.open else route.role} | {route.summary} |")
    assert {line for line in API.splitlines() if re.match(r"\| `(GET|POST) ", line)} == wanted


def test_every_kind_of_the_feed_is_told() -> None:
    told = {kind for kinds in re.findall(r"^\| ((?:`\w+` ?)+)\|", API, re.MULTILINE) for kind in re.findall(r"`(\w+)`", kinds)}
    sent = set()
    for path in (ROOT / "bot/control").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name) and node.args:
                name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
                word = node.args[0]
                if name in {"tell", "whisper", "_tell", "Item", "_section"} and isinstance(word, ast.Constant):
                    sent.add(str(word.value))
    assert sent <= told
    assert {"message", "decision", "act", "pulse", "pause", "alert", "upcoming"} <= sent


def test_every_figure_is_told_with_its_labels_and_no_other(living: Living) -> None:
    rows = re.findall(r"^\| `(usher_\w+)` \| ([\w, ]*?) ?\| ", FIGURES, re.MULTILINE)
    told = {name: {label for label in labels.split(", ") if label} for name, labels in rows}
    families = list(text_string_to_metric_families(living.ask("GET", "/metrics").body.decode()))
    known = {f"{one.name}_total" if one.type == "counter" else one.name: one for one in families if one.name.startswith("usher_")}
    assert told.keys() == known.keys()
    for name, family in known.items():
        found = {frozenset(sample.labels) - {"le"} for sample in family.samples}
        assert found <= {frozenset(told[name])}, name
