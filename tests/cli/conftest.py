"""What several files of commands use."""

from collections.abc import Iterator

import pytest

from tests.cli.processes import FarStage, a_far_stage


@pytest.fixture(scope="module")
def far_stage() -> Iterator[FarStage]:
    """It has one live event, `show`."""
    with a_far_stage() as stage:
        yield stage
