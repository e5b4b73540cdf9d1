"""What releases are asked: the registry, the program that asks, and the rows say the same."""

from importlib.metadata import version

import pytest

from evidence.one_version.asked import ASKED
from evidence.rows import Row, every
from evidence.topics import Topic, topic_of, topics
from evidence.versions import STARLETTE, releases
from evidence.versions.asking import SESSIONS, number

TOPICS = list(topics().values())
each_topic = pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
ROWS = [row for row in every().values() if topic_of(row.id)]
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
FIRST_WITH_SCOPE = (0, 121, 0)


def of(topic: Topic) -> list[Row]:
    return [row for row in ROWS if topic_of(row.id) == (topic, row.versions["fastapi"])]


@each_topic
def test_every_release_of_the_matrix_was_asked_every_topic(topic: Topic) -> None:
    asked = {row.versions["fastapi"] for row in of(topic)}
    wanted = [
        release
        for release in releases()
        if topic.name != "yield-function" or number(release) >= FIRST_WITH_SCOPE
    ]
    assert asked == set(wanted)


def test_the_matrix_has_the_releases_that_were_asked_for_and_the_installed_one() -> None:
    wanted = (
        *("0.95.2", "0.105.0", "0.106.0", "0.115.14", "0.117.1", "0.118.0", "0.120.4", "0.121.0"),
        *("0.128.8", "0.135.4", "0.150.0", "0.165.0", version("fastapi")),
    )
    assert set(wanted) <= set(releases())


def test_the_starlettes_have_one_fastapi() -> None:
    asked = [row for row in ROWS if "-starlette-" in row.id]
    assert {row.versions["starlette"] for row in asked} == set(releases(STARLETTE))
    assert len({row.versions["fastapi"] for row in asked}) == 1


def test_the_program_asks_what_the_registry_declares() -> None:
    assert list(ASKED) == list(topics())


@each_topic
def test_a_label_names_a_key_in_both_languages(topic: Topic) -> None:
    newest = max(of(topic), key=lambda row: number(row.versions["fastapi"]))
    for key, words in topic.labels.items():
        assert key in newest.result, f"{topic.name}: no result has the key {key!r}"
        assert set(words) == {"zh", "en"}
        assert all(words.values())


@each_topic
def test_each_answer_that_is_no_detail_has_a_label(topic: Topic) -> None:
    for row in of(topic):
        truths = [key for key, value in row.result.items() if isinstance(value, bool)]
        unnamed = [key for key in truths if topic.label(key) is None]
        assert set(unnamed) <= {"scope_parameter_exists"}, f"{topic.name}: label {unnamed}"


@each_topic
def test_releases_are_told_apart_by_the_same_keys(topic: Topic) -> None:
    sets = [set(row.result) - {"function_scope_task_runs"} for row in of(topic)]
    assert all(keys == sets[0] for keys in sets)


@each_row
def test_a_row_puts_the_question_of_its_topic_and_belongs_to_its_page(row: Row) -> None:
    topic, release = topic_of(row.id) or pytest.fail(row.id)
    starlette = "-starlette-" in row.id
    assert row.versions["starlette" if starlette else "fastapi"] == release
    assert row.question == topic.asked_of(release, "Starlette" if starlette else "FastAPI")
    assert row.claim == topic.page


@pytest.mark.parametrize("package", ["fastapi", "starlette"])
@each_topic
def test_the_id_of_a_row_tells_its_topic_and_release(topic: Topic, package: str) -> None:
    assert topic_of(topic.row_id("0.115.10", package)) == (topic, "0.115.10")


def test_other_rows_are_no_topics() -> None:
    assert topic_of("played-0-118-0") is None
    assert topic_of("celery-broker-down-def") is None


def test_a_key_of_the_async_half_has_the_label_of_the_other_half() -> None:
    plain, awaited = (topics()["yield"].label(f"{kind}exit_order") for kind in ("", "async_"))
    assert plain
    assert awaited == {
        "zh": f"{plain['zh']}（AsyncSession）",
        "en": f"{plain['en']} (AsyncSession)",
    }
    assert topics()["uploadfile"].label("async_task_reads") != awaited
    assert topics()["uploadfile"].label("nothing") is None


def test_sessions_are_asked_by_a_probe_of_their_own() -> None:
    for row in ROWS:
        topic, _ = topic_of(row.id) or pytest.fail(row.id)
        assert row.command.endswith("dependencies") == (topic.name in SESSIONS)
        assert ("sqlalchemy" in row.versions) == (topic.name in SESSIONS)
