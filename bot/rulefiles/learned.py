"""The learned models that are installed (extra `learned`), loaded when a rule asks for the first time.

alt-profanity-check brings its model inside the wheel (0.9 MB, trained anew with each scikit-learn), py3langid likewise; neither
downloads anything at run time. Together they take about 80 MB of memory, which is why they are no part of the usual installation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any


@cache
def learned() -> Mapping[str, Callable[[str], Any]]:
    """Condition → function of a text; only what is installed."""
    found: dict[str, Callable[[str], Any]] = {}
    if find_spec("profanity_check") is not None:
        found["toxicity"] = toxicity
    if find_spec("py3langid") is not None:
        found["language"] = language
    return found


def toxicity(text: str) -> float:
    """From 0 to 1."""
    return float(_module("profanity_check").predict_prob([text])[0])


def language(text: str) -> str:
    """ISO 639-1."""
    return str(_module("py3langid").classify(text)[0])


@cache
def _module(name: str) -> Any:
    return import_module(name)  # at first use: nobody who does not ask for it shall pay its 80 MB and its second of loading
