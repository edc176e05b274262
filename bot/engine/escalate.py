"""Which steps of `escalate: strikes:` a new strike reaches. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.ruleset.model import Effect


def crossed(steps: Mapping[int, tuple[Effect, ...]], before: int, after: int) -> Iterator[tuple[int, tuple[Effect, ...]]]:
    """Every step above `before` up to `after`, lowest first: two strikes at once skip none."""
    for threshold in sorted(steps):
        if before < threshold <= after:
            yield threshold, steps[threshold]
