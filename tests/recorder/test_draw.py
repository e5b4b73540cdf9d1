"""The picture and the text of a timeline: the same each time, safe, and complete."""

from collections import Counter
from xml.etree import ElementTree

import pytest
from fastapi import BackgroundTasks, FastAPI

from recorder import Request, Timeline
from recorder.arrange import arrange
from recorder.draw import draw
from recorder.scale import width
from recorder.transcript import write
from recorder.words import CHINESE, ENGLISH, WORDS, Words
from tests.recorder.apps import asked, everything, run, timeline

EVIL = "<script>&\"'>"
SVG = "{http://www.w3.org/2000/svg}"


def picture(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def classes(svg: str) -> Counter[str]:
    return Counter(element.get("class", "") for element in picture(svg).iter())


def bar(svg: str, style: str) -> tuple[float, float]:
    """The x and the width of the one bar of a style."""
    (found,) = (r for r in picture(svg).iter(f"{SVG}rect") if r.get("class") == style)
    return float(found.get("x", "")), float(found.get("width", ""))


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_the_same_run_gives_the_same_bytes(words: Words) -> None:
    assert draw(everything(), words) == draw(everything(), words)
    assert write(everything(), words) == write(everything(), words)


def test_a_recording_read_back_gives_the_same_picture() -> None:
    recorded = everything()
    assert draw(Timeline.from_json(recorded.to_json()), ENGLISH) == draw(recorded, ENGLISH)


def test_a_recording_of_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^expected a recording of format 1, got 2$"):
        Timeline.from_json('{"format": 2}')


def test_each_shape_is_in_the_picture() -> None:
    found = classes(draw(everything(), ENGLISH))
    assert found["wait"] == 1  # bob is kept waiting
    assert found["bad"] == 3  # parent fails, child is cancelled, bob is answered 404
    assert found["none"] == 1  # never
    assert found["answer"] == 1
    assert found["said"] == 1
    assert min(found[style] for style in ("request", "task", "inner", "link", "tick")) > 0


def test_each_event_is_told_by_a_shape_that_names_it() -> None:
    recorded = everything()
    shapes = picture(draw(recorded, ENGLISH)).iter()
    named = [(s, list(map(int, s.get("data-events", "").split()))) for s in shapes]
    assert {n for _, events in named for n in events} == set(range(len(recorded.events)))
    assert all(events == sorted(events) for _, events in named)
    (said,) = (n for n, event in enumerate(recorded.events) if event.kind == "print")
    told = {shape.get("class") for shape, events in named if events == [said]}
    assert told == {"said", "saying"}


def test_a_failed_task_is_told_with_its_error_and_a_skipped_one_as_never_run() -> None:
    notes = {row.name: row.note for row in arrange(everything(), ENGLISH)}
    assert notes["parent"].startswith("ExceptionGroup: unhandled errors")
    assert notes["parent/child"] == "cancelled"
    assert notes["never"] == "never ran"


def test_every_text_of_an_app_is_escaped() -> None:
    async def task() -> None:
        print(EVIL)
        raise ValueError(EVIL)

    task.__name__ = EVIL
    app = FastAPI()

    @app.get("/{path:path}")
    async def endpoint(tasks: BackgroundTasks) -> str:
        tasks.add_task(task)
        return EVIL

    recorded = run(app, Request(f"visitor {EVIL}", f"/path {EVIL}"))
    for words in WORDS.values():
        svg = draw(recorded, words, title=EVIL, style=True)
        assert "<script" not in svg
        shown = [element.text for element in picture(svg).iter() if element.text]
        assert [text for text in shown if text == EVIL] == [EVIL] * 4  # title, row, hint, saying
        assert f"ValueError: {EVIL}" in shown


@pytest.mark.parametrize("text", ["\x1b[31mred", "a\0b", "\x0c", "\ud800", "\ufffe"], ids=ascii)
def test_characters_that_xml_forbids_leave_the_picture_well_formed(text: str) -> None:
    recorded = timeline(*asked("ann", "/", 0, 0), (1.0, "print", "ann", "", text))
    svg = draw(recorded, ENGLISH, title=text)
    picture(svg)
    assert svg.encode("utf-8")


@pytest.mark.parametrize(
    ("words", "title", "sentence"),
    [
        (ENGLISH, "Timeline", "1 s · bob · GET /nothing reaches the app"),
        (CHINESE, "时间线", "1 秒 · bob · GET /nothing 到达应用"),
    ],
    ids=["en", "zh"],
)
def test_title_and_description_are_in_the_readers_language(
    words: Words, title: str, sentence: str
) -> None:
    root = picture(draw(everything(), words))
    assert (root[0].tag, root[0].text) == (f"{SVG}title", title)
    assert root[1].tag == f"{SVG}desc"
    assert sentence in (root[1].text or "").split("; ")
    named = root.get("aria-labelledby"), root.get("aria-describedby")
    assert named == (root[0].get("id"), root[1].get("id"))


def test_until_stretches_the_axis_and_never_cuts_it() -> None:
    recorded = timeline(*asked("ann", "/", 0, 0), (2.0, "response.finished", "ann", "", "200"))
    short, doubled = draw(recorded, ENGLISH), draw(recorded, ENGLISH, until=4.0)

    assert bar(doubled, "request")[0] == bar(short, "request")[0]
    assert bar(doubled, "request")[1] < bar(short, "request")[1]
    assert "4 s" in [text.text for text in picture(doubled).iter(f"{SVG}text")]
    assert draw(recorded, ENGLISH, until=1.0) == short


def test_an_empty_timeline_is_drawn_too() -> None:
    assert classes(draw(Timeline(), ENGLISH, style=True))["paper"] == 1
    assert write(Timeline(), ENGLISH) == "\n"


def test_nothing_is_drawn_beyond_the_pictures_edge() -> None:
    long = "x" * 100
    recorded = timeline(*asked("ann", f"/{long}", 0, 3), (9.0, "print", "ann", "", long))
    root = picture(draw(recorded, ENGLISH))
    xs = [float(element.get("x") or element.get("cx") or 0) for element in root.iter()]
    assert 0 <= min(xs) <= max(xs) <= 760


def test_a_note_that_does_not_fit_behind_its_bar_is_shortened() -> None:
    events = [
        *asked("ann", f"/{'x' * 100}", 0, 0),
        (0.0, "task.started", "ann", "pay", ""),
        (9.0, "task.failed", "ann", "pay", "错误 " * 100),
    ]
    notes = [
        e for e in picture(draw(timeline(*events), ENGLISH)).iter() if e.get("class") == "soft"
    ]
    (note,) = [one for one in notes if (one.text or "").endswith("…") and one.get("x")]
    assert float(note.get("x") or 0) + width(note.text or "") <= 760
