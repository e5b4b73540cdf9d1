"""Gives a test the recordings of its claim: `wrong` and `right` by name, others by `play`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from recorder import Timeline
from site_build.recordings import recording


@pytest.fixture
def play(request: pytest.FixtureRequest) -> Callable[[str], Timeline]:
    """Plays a variant of the claim that the test file is named after."""
    name = Path(request.path).stem.removeprefix("test_")
    return lambda variant: recording(f"{name}/{variant}")


@pytest.fixture
def wrong(play: Callable[[str], Timeline]) -> Timeline:
    """The recording of wrong.py."""
    return play("wrong")


@pytest.fixture
def right(play: Callable[[str], Timeline]) -> Timeline:
    """The recording of right.py."""
    return play("right")
