"""What the tests of models share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from autogen.models.openai.connection import pool_of_loop


@pytest.fixture(scope="module")
async def one_loop(anyio_backend: str) -> AsyncIterator[None]:
    """Keep one loop for a module, and its connections: to make those anew for each test takes as long as ten answers."""
    pool = await pool_of_loop()
    yield
    await pool.close()
