"""What the tests of the loop share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.repair.wire import Wire


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    wire = Wire()
    yield wire
    wire.close()
