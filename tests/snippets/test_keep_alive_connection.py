"""What the page "keep-alive-connection" says, as assertions."""

import inspect
import re

from uvicorn.protocols.http import h11_impl

from evidence.rows import row
from recorder import Timeline
from site_build.snippets import ROOT, snippet

PAGE = (ROOT / "docs/en/keep-alive-connection.md").read_text("utf-8")


def bob_is_answered(timeline: Timeline) -> bool:
    """The invariant: whatever comes of Ann's task, Bob's order has an answer."""
    return [response.status for response in timeline.responses if response.visitor == "bob"] == [
        200
    ]


def test_wrong_loses_the_answer_of_an_order_that_is_placed(wrong: Timeline) -> None:
    assert not bob_is_answered(wrong)
    assert [event.text for event in wrong.find("print", visitor="bob")] == ["order placed"]
    (told,) = wrong.find("log", visitor="bob")
    assert told.text == (
        "httpx.RemoteProtocolError: Server disconnected without sending a response."
    )
    assert wrong.at("task.failed") == told.at < wrong.at("print", visitor="bob")


def test_right_answers_bob_after_the_failure(right: Timeline) -> None:
    assert bob_is_answered(right)
    assert right.at("log", visitor="ann") < right.at("response.finished", visitor="bob")


def test_wrong_and_right_differ_in_the_try_and_the_log() -> None:
    wrong, right = (snippet(f"keep_alive_connection/{v}").code.split() for v in ("wrong", "right"))
    added = {"logging", "import", "logger", "=", "logging.getLogger(__name__)", "try:", "except"}
    added |= {"Exception:", 'logger.exception("email', "to", "%s", "not", 'sent",', "address)"}
    assert set(right) - set(wrong) <= added
    assert not set(wrong) - set(right)


def test_uvicorn_closes_the_connection_if_the_app_raises_after_the_response() -> None:
    source = inspect.getsource(h11_impl.RequestResponseCycle.run_asgi)
    quoted = re.search(r"except BaseException.*?transport\.close\(\)", source, re.S)
    assert quoted
    assert "if not self.response_started:" in quoted[0]
    shown = re.search(r"```python\n(except BaseException.*?)```", PAGE, re.S)
    assert shown
    for line in ("await self.send_500_response()", "self.transport.close()"):
        assert line in quoted[0]
        assert line in shown[1]


def test_the_page_has_the_messages_of_the_clients_word_for_word() -> None:
    for client in ("httpx", "requests", "http-client"):
        assert row(f"lost-answer-{client}").result["post_error"] in PAGE


def test_every_request_was_carried_out_whatever_its_client_was_told() -> None:
    for client in re.findall(r'^id = "([\w-]+)"$', _table(), re.M)[2:]:
        result = row(f"lost-answer-{client}").result
        assert result["get_carried_out_count"] >= 1
        assert result["post_carried_out_count"] >= 1


def _table() -> str:
    return (ROOT / "evidence/tables/lost_answers.toml").read_text("utf-8")


def test_the_searches_on_the_page_find_what_they_are_for() -> None:
    added, _, clients = re.findall(r'`rg -n "([^`]+)" (?:--type py|/etc/nginx)`', PAGE)
    assert re.search(added, snippet("keep_alive_connection/wrong").code)
    assert re.search(clients, "Retry(3, allowed_methods=None)")
    assert re.search(clients, "httpx.HTTPTransport(retries=3)")
