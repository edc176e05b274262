"""One running bot for all tests of the API."""

from collections.abc import Iterator

import pytest

from tests.control.living import Living, living_bot


@pytest.fixture(scope="session")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """It has judged two messages and hidden one."""
    with living_bot(tmp_path_factory.mktemp("living")) as bot:
        yield bot
