"""Does the steps of a description on the event loop, and logs each."""

import asyncio
import concurrent.futures
import functools
import threading
import time
from collections import defaultdict
from contextlib import suppress

from fastapi.concurrency import run_in_threadpool

from tests.conformance import description as d
from tests.conformance.outcome import Log, Pause
from tests.conformance.thread_steps import ThreadActor, fail


class Actor(ThreadActor):
    """Does steps, in threads and on the event loop."""

    def __init__(self, log: Log, pause: Pause) -> None:
        super().__init__(log, pause)
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._queue: asyncio.Queue[int] = asyncio.Queue()

    async def act(self, flow: str, steps: d.Steps) -> None:
        """Do steps on the event loop."""
        try:
            for number, step in enumerate(steps):
                self.log(f"{flow}.{number} {type(step).__name__.lower()}")
                await self._step(f"{flow}.{number}", step)
        except (Exception, asyncio.CancelledError) as error:
            self.log(f"{flow} {type(error).__name__}")
            raise
        self.log(f"{flow} end")

    async def _step(self, flow: str, step: d.Step) -> None:
        match step:
            case d.Sleep():
                await asyncio.sleep(self.pause(flow, step.seconds))
            case d.Block():
                time.sleep(self.pause(flow, step.seconds))
            case d.Fail():
                fail(step.how)
            case d.Together():
                await self._together(flow, step)
            case d.Thread():
                await self._in_thread(flow, step)
            case d.Spawn():
                self._kept = asyncio.create_task(self._alone(flow, step.body))
            case d.Timeout():
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.pause(flow, step.seconds)):
                        await self.act(flow, step.body)
            case d.Lock():
                async with self._locks[step.name]:
                    await self.act(flow, step.body)
            case d.Put():
                self._queue.put_nowait(1)
            case d.Get():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._queue.get(), self.pause(flow, step.timeout))

    async def _alone(self, flow: str, steps: d.Steps) -> None:
        with suppress(Exception):  # nobody would ask for it
            await self.act(flow, steps)

    async def _together(self, flow: str, step: d.Together) -> None:
        bodies = [self.act(f"{flow}:{n}", body) for n, body in enumerate(step.bodies)]
        if step.how == "gather":
            await asyncio.gather(*bodies)
        elif step.how == "group":
            async with asyncio.TaskGroup() as group:
                for body in bodies:
                    group.create_task(body)
        else:
            first = concurrent.futures.FIRST_COMPLETED
            until = first if step.how == "first" else concurrent.futures.ALL_COMPLETED
            tasks = [asyncio.create_task(body) for body in bodies]
            done, _ = await asyncio.wait(tasks, return_when=until)
            left = [task for task in tasks if task not in done]  # a set's order is any order
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _in_thread(self, flow: str, step: d.Thread) -> None:
        call = functools.partial(self.act_in_thread, flow, step.body)
        loop = asyncio.get_running_loop()
        if step.how == "to_thread":
            await asyncio.to_thread(call)
        elif step.how == "threadpool":
            await run_in_threadpool(call)
        elif step.how == "executor":
            await loop.run_in_executor(None, call)
        else:
            ended = asyncio.Event()

            def body() -> None:
                self._alone_in_thread(flow, step.body)
                loop.call_soon_threadsafe(ended.set)

            threading.Thread(target=body).start()
            await ended.wait()

    async def hand_over(self, name: str) -> None:
        """What comes from outside takes a moment, and a jittered run makes that longer."""
        if late := self.pause(name, 0.0):
            await asyncio.sleep(late)
