"""What the tests here share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.platform_api.server import Platform


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    """A server that answers what it is told."""
    async with Platform() as made:
        yield made
