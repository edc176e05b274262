"""Switches and faults from JSON."""

from __future__ import annotations

from typing import Any

import pytest

from bot.stage.faults import Faults
from bot.stage.settings import SettingError, changed
from bot.stage.switches import Switches


def test_named_fields_change_and_the_rest_stays() -> None:
    switches = changed(Switches(), {"b09_direction": "newer", "b11_page_cap": 7, "hook_types": ["poll"], "hook_delay": 2})
    assert (switches.b09_direction, switches.b11_page_cap, switches.hook_types, switches.hook_delay) == ("newer", 7, ("poll",), 2.0)
    assert switches.b09_inclusive is Switches().b09_inclusive


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"b09_directon": "newer"}, "did you mean 'b09_direction'"),
        ({"zzz": 1}, "unknown switch 'zzz'"),
        ({"b09_direction": "sideways"}, "'b09_direction' takes one of 'older', 'newer'"),
        ({"b39_option_base": True}, "takes one of 0, 1"),
        ({"b11_page_cap": "7"}, "takes a int"),
        ({"b09_inclusive": 1}, "takes a bool"),
    ],
)
def test_what_does_not_exist_is_refused_with_a_hint(values: dict[str, Any], text: str) -> None:
    with pytest.raises(SettingError, match=text):
        changed(Switches(), values)


def test_rates_are_a_mapping_of_numbers() -> None:
    assert changed(Faults(), {"rates": {"429": 1, "late": 0.5}}).rates == {"429": 1.0, "late": 0.5}
