"""The text of a timeline, for those who cannot see the picture."""

import pytest

from recorder.transcript import transcribe, write
from recorder.words import CHINESE, ENGLISH, WORDS, Words, number
from tests.recorder.apps import asked, everything, timeline


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_the_transcript_tells_each_event(words: Words) -> None:
    recorded = everything()
    lines = transcribe(recorded, words)
    assert len(lines) == len(recorded.events)
    for line, event in zip(lines, recorded.events, strict=True):
        assert line.startswith(words["seconds"].format(n=number(event.at)))
        assert event.visitor in line
        assert event.text in line or event.kind == "task.cancelled"
        assert event.name in line or event.kind == "print"


def test_both_languages_have_words_for_the_same_things() -> None:
    assert ENGLISH.keys() == CHINESE.keys()


def test_a_line_of_the_transcript_is_one_line() -> None:
    recorded = timeline((0.0, "task.failed", "ann", "task", "ValueError: one\ntwo\r\nthree"))
    assert len(write(recorded, ENGLISH).strip().splitlines()) == 3  # its bar, nothing, its sentence


def test_the_text_has_bars_then_the_transcript() -> None:
    recorded = timeline(
        *asked("ann", "/", 0, 2),
        (2.0, "task.started", "ann", "nap", ""),
        (2.0, "response.finished", "ann", "", "200"),
        (4.0, "task.finished", "ann", "nap", ""),
    )
    assert write(recorded, ENGLISH).splitlines() == [
        f"ann  GET /    {'░' * 22}◆{' ' * 22} 200 · waited 2 s to be let in",
        f"  nap         {' ' * 22}{'█' * 22}  2 s",
        "",
        *transcribe(recorded, ENGLISH),
    ]
