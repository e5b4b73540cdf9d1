"""What the page "mental-model" says, as assertions."""

import difflib
from collections.abc import Callable

from fastapi import BackgroundTasks

from recorder import Timeline
from site_build.snippets import snippet

Play = Callable[[str], Timeline]


def test_a_task_starts_when_its_visitor_has_the_whole_response(play: Play) -> None:
    life = play("life")
    for visitor in ("ann", "bob"):
        assert life.at("response.finished", visitor=visitor) <= life.at(
            "task.started", "cook", visitor
        )


def test_the_second_task_starts_when_the_first_has_ended(play: Play) -> None:
    life = play("life")
    assert life.at("task.finished", "cook", "ann") == 5.0
    assert life.at("task.started", "clear_table", "ann") == 5.0


def test_a_new_guest_is_served_while_the_tasks_of_another_run(play: Play) -> None:
    life = play("life")
    assert life.at("request.received", visitor="bob") == 2.0
    assert life.at("response.finished", visitor="bob") == 3.0
    assert life.at("task.started", "cook", "bob") < life.at("task.finished", "cook", "ann")


def guest_is_served_at_once(timeline: Timeline) -> bool:
    """The invariant: Bob has the menu at the second at which he asks."""
    return timeline.at("response.finished", visitor="bob") == 1.0


def test_wrong_cook_makes_the_other_guest_wait_until_the_dish_is_done(play: Play) -> None:
    assert not guest_is_served_at_once(play("wrong_cook"))
    assert play("wrong_cook").at("request.received", visitor="bob") == 4.0


def test_right_cook_serves_the_other_guest_at_once(play: Play) -> None:
    assert guest_is_served_at_once(play("right_cook"))
    assert play("right_cook").at("thread.finished", "cook") == 4.0


def test_wrong_cook_and_right_cook_differ_in_one_word() -> None:
    wrong, right = (snippet(f"mental_model/{side}_cook").code for side in ("wrong", "right"))
    changes = difflib.ndiff(wrong.splitlines(), right.splitlines())
    changed = [line for line in changes if line[0] in "-+"]
    assert changed == ["- async def cook(dish: str) -> None:", "+ def cook(dish: str) -> None:"]


def test_a_task_that_waits_does_not_block_the_event_loop(play: Play) -> None:
    life = play("life")
    assert not life.find("thread.started")
    assert life.at("request.received", visitor="bob") == life.at("request.sent", visitor="bob")


def test_an_endpoint_that_raises_drops_the_tasks_it_has_added(play: Play) -> None:
    timeline = play("refused_order")
    assert timeline.printed == "somebody asked for soup\n"
    assert [event.visitor for event in timeline.find("task.skipped", "write_down")] == ["bob"]
    assert timeline.response("bob").status == 404


def test_added_tasks_are_a_list_in_the_memory_of_the_process() -> None:
    tasks = BackgroundTasks()
    tasks.add_task(print, "hello")
    assert type(tasks.tasks) is list
    assert len(tasks.tasks) == 1
