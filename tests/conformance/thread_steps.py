"""Does the steps of a description in a thread, and logs each."""

import concurrent.futures
import queue
import threading
import time
from contextlib import suppress

from fastapi import HTTPException

from tests.conformance import description as d
from tests.conformance.outcome import Log, Pause


def fail(how: str) -> None:
    """Raise what an app raises."""
    raise HTTPException(418) if how == "http" else ValueError("no ink")


class ThreadActor:
    """Does steps. `flow` names who does them; each step is logged as `flow.number kind`."""

    def __init__(self, log: Log, pause: Pause) -> None:
        self.log = log
        self.pause = pause
        self._thread_locks = {"a": threading.Lock(), "b": threading.Lock()}
        self._thread_queue: queue.Queue[int] = queue.Queue()

    def act_in_thread(self, flow: str, steps: d.Steps) -> None:
        """Do steps in the thread of the caller."""
        self._hand_over_in_thread(f"{flow} begins")
        try:
            for number, step in enumerate(steps):
                self.log(f"{flow}.{number} {type(step).__name__.lower()}")
                self._step_in_thread(f"{flow}.{number}", step)
        except Exception as error:
            self.log(f"{flow} {type(error).__name__}")
            raise
        else:
            self.log(f"{flow} end")
        finally:
            self._hand_over_in_thread(f"{flow} returns")

    def _hand_over_in_thread(self, name: str) -> None:
        if late := self.pause(name, 0.0):
            time.sleep(late)

    def _step_in_thread(self, flow: str, step: d.Step) -> None:
        match step:
            case d.Sleep() | d.Block():
                time.sleep(self.pause(flow, step.seconds))
            case d.Fail():
                fail(step.how)
            case d.Together():
                self._together_in_thread(flow, step)
            case d.Thread():
                self._in_another_thread(flow, step)
            case d.Spawn():
                self._start(self._thread(flow, step.body))
            case d.Timeout():
                raise TypeError("a thread cannot be told to stop")
            case d.Lock():
                with self._thread_locks[step.name]:
                    self.act_in_thread(flow, step.body)
                self._hand_over_in_thread(f"{flow} released")
            case d.Put():
                self._thread_queue.put(1)
                self._hand_over_in_thread(f"{flow} put")
            case d.Get():
                with suppress(queue.Empty):
                    self._thread_queue.get(timeout=self.pause(flow, step.timeout))

    def _alone_in_thread(self, flow: str, steps: d.Steps) -> None:
        with suppress(Exception):
            self.act_in_thread(flow, steps)

    def _thread(self, flow: str, steps: d.Steps) -> threading.Thread:
        return threading.Thread(target=self._alone_in_thread, args=(flow, steps), name=flow)

    def _start(self, thread: threading.Thread) -> None:
        thread.start()
        self._hand_over_in_thread(f"{thread.name} started")

    def _together_in_thread(self, flow: str, step: d.Together) -> None:
        flows = [(f"{flow}:{n}", body) for n, body in enumerate(step.bodies)]
        if step.how == "wait":
            threads = [self._thread(*one) for one in flows]
            for thread in threads:
                self._start(thread)
            for thread in threads:
                thread.join()
            return
        places = 1 if step.how == "group" else len(flows)
        pool = concurrent.futures.ThreadPoolExecutor(places)
        calls = []
        for one in flows:
            calls.append(pool.submit(self.act_in_thread, *one))
            self._hand_over_in_thread(f"{one[0]} submitted")
        first = concurrent.futures.FIRST_COMPLETED
        until = first if step.how == "first" else concurrent.futures.ALL_COMPLETED
        concurrent.futures.wait(calls, return_when=until)
        pool.shutdown(wait=False)
        if step.how == "gather":
            for call in calls:
                call.result()

    def _in_another_thread(self, flow: str, step: d.Thread) -> None:
        if step.how == "user":
            thread = self._thread(flow, step.body)
            self._start(thread)
            thread.join()
        else:
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                pool.submit(self.act_in_thread, flow, step.body).result()
