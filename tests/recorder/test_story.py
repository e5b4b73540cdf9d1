"""Stories: what can be said in story.toml, and how a wrong one is refused."""

from pathlib import Path

import pytest

from recorder import Message, Request, Story, StoryError, load_story, play
from tests.recorder.apps import app_with, file

GOOD = """\
[[requests]]
visitor = "ann"
path = "/"
"""


def refusal(folder: Path, text: str, variant: str = "wrong") -> str:
    """The error of a story, with the file's folder taken off."""
    path = file(folder, text, "story.toml")
    with pytest.raises(StoryError) as caught:
        load_story(path, variant)
    return str(caught.value).removeprefix(f"{folder}/")


@pytest.mark.parametrize(
    "row",
    [
        "color = 'red'",
        "at = -1",
        "at = 'noon'",
        "at = nan",
        "at = inf",
        "leaves = -0.5",
        "worker = -1",
        "worker = 16",
        "worker = 'two'",
        "messages = [{ txt = 'hi' }]",
        "messages = ['hi']",
        "messages = [{ text = 'hi', at = 'noon' }]",
        "messages = [{ text = 'hi', at = -1 }]",
        "headers = ['x']",
        "headers = { x = 1 }",
        "method = 1",
        "method = 'GET /'",
    ],
)
def test_a_wrong_key_or_value_is_refused_and_its_line_named(tmp_path: Path, row: str) -> None:
    text = f'{GOOD}[[requests]]\nvisitor = "bob"\npath = "/"\n{row}\n[wrong]\nkind = "blocks"\n'
    message = refusal(tmp_path, text)
    assert message.startswith("story.toml:7: ")
    assert row.split()[0] in message


@pytest.mark.parametrize(
    ("row", "line", "key"),
    [
        ('path = "/"', 4, "visitor"),
        ('visitor = "bob"', 4, "path"),
        ('path = "/"\nvisitor = 7', 6, "visitor"),
        ('path = "/"\nvisitor = ""', 6, "visitor"),
        ('visitor = "bob"\npath = "x"', 6, "path"),
    ],
)
def test_a_request_without_visitor_or_proper_path_is_refused(
    tmp_path: Path, row: str, line: int, key: str
) -> None:
    message = refusal(tmp_path, f"{GOOD}[[requests]]\n{row}\n")
    assert message.startswith(f"story.toml:{line}: {key}: ")


def test_a_request_that_is_no_table_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "requests = ['GET /']\n").startswith("story.toml:1: ")


@pytest.mark.parametrize("text", ["", "requests = []", "requests = 'GET /'", "[right]\nzh = '对'"])
def test_a_story_without_requests_is_refused(tmp_path: Path, text: str) -> None:
    message = "story.toml:1: no requests for 'wrong'; add a [[requests]] table"
    assert refusal(tmp_path, text) == message


def test_what_is_not_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    message = refusal(tmp_path, f"{GOOD}at = = 1\n")
    assert message.startswith("story.toml: not valid TOML: ")
    assert "line 4" in message


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "story.toml"
    path.write_bytes(b"# \xff\n")
    with pytest.raises(StoryError, match=r"story\.toml"):
        load_story(path, "wrong")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoryError, match=r"story\.toml: no such story; write one, or give --req"):
        load_story(tmp_path / "story.toml", "wrong")


@pytest.mark.parametrize("budget", ["'ten'", "-1", "0", "[1]"])
def test_a_wrong_budget_is_refused_with_its_line(tmp_path: Path, budget: str) -> None:
    message = refusal(tmp_path, f"runs = 'live'\nbudget = {budget}\n{GOOD}")
    assert message.startswith("story.toml:2: ")
    assert "budget" in message


def test_the_wrong_row_of_a_variant_is_the_one_that_is_named(tmp_path: Path) -> None:
    text = f'{GOOD}at = 1\n[[wrong.requests]]\nvisitor = "ann"\npath = "/"\nat = -2\n'
    assert refusal(tmp_path, text).startswith("story.toml:8: at: ")


def test_a_variants_requests_in_one_line_are_not_taken_for_anothers(tmp_path: Path) -> None:
    row = '{ visitor = "ann", path = "/" }'
    text = f"[wrong]\nrequests = [{row}]\n[right]\nrequests = [\n{row},\n{row[:-2]}, at = -1 }},\n]"
    assert refusal(tmp_path, text, "right").startswith("story.toml:6: at: ")


def test_a_comment_behind_a_tables_name_does_not_hide_its_line(tmp_path: Path) -> None:
    text = f'{GOOD}[[requests]] # the second\nvisitor = "bob"\npath = "/"\nat = -1\n'
    assert refusal(tmp_path, text).startswith("story.toml:7: at: ")


def test_the_line_of_a_request_in_one_line_is_named(tmp_path: Path) -> None:
    text = f'{GOOD}[wrong]\nkind = "blocks"\nrequests = [{{ visitor = "ann", path = "x" }}]\n'
    assert refusal(tmp_path, text).startswith("story.toml:6: path: ")


def test_each_variant_has_the_common_requests_or_its_own(tmp_path: Path) -> None:
    own = '[[right_late.requests]]\nvisitor = "bob"\npath = "/late"\nmethod = "post"\nat = 2\n'
    path = file(tmp_path, f"budget = 3\n{GOOD}[wrong]\nkind = 'blocks'\n{own}", "story.toml")

    assert load_story(path, "wrong") == Story((Request("ann", "/"),), budget=3.0)
    assert load_story(path, "unheard_of") == Story((Request("ann", "/"),), budget=3.0)
    assert load_story(path, "right_late") == Story(
        (Request("bob", "/late", "POST", 2),), budget=3.0
    )


def test_everything_that_a_request_can_say_is_read(tmp_path: Path) -> None:
    row = """\
        [[requests]]
        visitor = "ann"
        path = "/ws"
        method = "WEBSOCKET"
        at = 1.5
        headers = { authorization = "Bearer x" }
        body = { a = [1] }
        messages = [{ text = "hi" }, { text = "bye", at = 2.5 }]
        leaves = 4
        worker = 2
        """
    story = load_story(file(tmp_path, row, "story.toml"), "wrong")

    (request,) = story.requests
    assert (request.method, request.at, request.leaves) == ("WEBSOCKET", 1.5, 4)
    assert (request.headers, request.body) == ({"authorization": "Bearer x"}, {"a": [1]})
    assert request.messages == (Message("hi"), Message("bye", 2.5))
    assert story.workers == 3


def test_two_workers_need_two_apps() -> None:
    story = Story((Request("ann", "/", worker=1),))
    with pytest.raises(StoryError, match=r"^the story has 2 workers, and play got 1 apps$"):
        play(app_with(), story)
