"""What looks cut off."""

from __future__ import annotations

import pytest

from bot.rulefiles.guard import doubts_about_rules, doubts_about_texts
from tests.ruleset.asking import rules_of

WHOLE = "rules:\n  - a\n  - b\n"
ITEMS = (
    "rules:\n  - id: x\n    any:\n      - a\n      - b\n    none: []\n\n  # the next\n  - id: y\n    if: {}\npolls:\n  - id: z\n"
)


def rules(count: int, polls: int = 0) -> str:
    listed = "".join(f"  - {{ id: r{n}, if: {{ word: w{n} }}, do: hide }}\n" for n in range(count))
    asked = "".join(f"  - {{ id: p{n}, question: Which {n}?, options: [a, b] }}\n" for n in range(polls))
    return (f"rules:\n{listed}" if count else "") + (f"polls:\n{asked}" if polls else "")


@pytest.mark.parametrize(
    ("before", "after", "held"),
    [
        (WHOLE, WHOLE, None),
        (WHOLE, "rules:\n  - x\n", None),
        (WHOLE, WHOLE + "  - c\n", None),
        (WHOLE, WHOLE[:-3], True),
        (WHOLE, "rules:\n  - a\n", False),
        (WHOLE, "", True),
        (ITEMS, ITEMS[: ITEMS.index("    none")], True),
        (ITEMS, ITEMS[: ITEMS.index("      - b")], True),
        (ITEMS, ITEMS[: ITEMS.index("  - id: y")], False),
        (ITEMS, ITEMS[: ITEMS.index("polls:")], False),
        (WHOLE, "rules:\n  - x", False),
        (WHOLE + "# end\n", "rules:\n  - x\n", True),
        (WHOLE + "# end\n", "rules:\n  - x\n# end\n", None),
        (WHOLE, None, False),
    ],
)
def test_texts(before: str, after: str | None, held: bool | None) -> None:
    doubts = doubts_about_texts({"a.yaml": before}, {} if after is None else {"a.yaml": after})
    assert [doubt.hold for doubt in doubts] == ([] if held is None else [held])


@pytest.mark.parametrize(
    ("before", "after", "doubted"),
    [
        ((4, 0), (3, 0), False),
        ((4, 0), (2, 0), True),
        ((1, 0), (0, 0), True),
        ((1, 0), (1, 0), False),
        ((4, 2), (4, 1), True),
        ((0, 0), (3, 0), False),
    ],
)
def test_half_of_the_items(before: tuple[int, int], after: tuple[int, int], doubted: bool) -> None:
    assert bool(doubts_about_rules(rules_of(rules(*before)), rules_of(rules(*after)))) is doubted
