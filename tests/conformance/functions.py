"""Makes the functions of a described app: endpoints, dependencies, background tasks."""

import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from fastapi import BackgroundTasks, Depends, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse, StreamingResponse

from tests.conformance import description as d
from tests.conformance.steps import Actor


class Builder:
    """Makes functions whose steps `actor` does."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def endpoint(self, does: d.Endpoint) -> Callable[..., Any]:
        async def on_loop(who: str, tasks: BackgroundTasks, **_: object) -> Any:
            await self.actor.act(f"{who} endpoint", does.body)
            return self._answer(who, does, tasks)

        def in_thread(who: str, tasks: BackgroundTasks, **_: object) -> Any:
            self.actor.act_in_thread(f"{who} endpoint", does.body)
            return self._answer(who, does, tasks)

        call = on_loop if does.runs_in == "loop" else in_thread
        return self._needing(call, does.dependencies, "need")

    def _answer(self, who: str, does: d.Endpoint, tasks: BackgroundTasks) -> Any:
        own = BackgroundTasks()
        self._add(own if does.answer == "own" else tasks, f"{who} task", does.tasks)
        if does.answer == "own":
            return JSONResponse({"hello": who}, background=own)
        if does.answer == "stream":
            return StreamingResponse(self._stream(who, does.chunks))
        if does.answer == "stream in thread":
            return StreamingResponse(self._stream_in_thread(who, does.chunks))
        return {"hello": who}

    async def _stream(self, who: str, chunks: tuple[d.Steps, ...]) -> AsyncIterator[str]:
        for number, steps in enumerate(chunks):
            await self.actor.act(f"{who} chunk{number}", steps)
            await self.actor.hand_over(f"{who} sends{number}")
            yield f"<{number}>"

    def _stream_in_thread(self, who: str, chunks: tuple[d.Steps, ...]) -> Iterator[str]:
        for number, steps in enumerate(chunks):
            self.actor.act_in_thread(f"{who} chunk{number}", steps)
            yield f"<{number}>"

    def _add(self, tasks: BackgroundTasks, flow: str, adds: tuple[d.Task, ...]) -> None:
        for number, task in enumerate(adds):
            tasks.add_task(self._task(tasks, f"{flow}{number}", task))

    def _task(self, tasks: BackgroundTasks, flow: str, does: d.Task) -> Callable[[], Any]:
        async def on_loop() -> None:
            await self.actor.act(flow, does.body)
            self._add(tasks, f"{flow}+", does.adds)

        def in_thread() -> None:
            self.actor.act_in_thread(flow, does.body)
            self._add(tasks, f"{flow}+", does.adds)

        call = on_loop if does.runs_in == "loop" else in_thread
        call.__name__ = flow.partition(" ")[2]
        return call

    def socket(self, does: d.Endpoint) -> Callable[..., Any]:
        async def call(socket: WebSocket, who: str, **_: object) -> None:
            await self.actor.act(f"{who} endpoint", does.body)
            # A client that leaves while the loop is blocked: has the app seen it by now? Chance.
            await self.actor.hand_over(f"{who} accepts")
            await socket.accept()
            try:
                for number, steps in enumerate(does.chunks):
                    if does.answer == "echo":
                        text = await socket.receive_text()
                        await self.actor.hand_over(f"{who} got{number}")
                        self.actor.log(f"{who} got {text}")
                    await self.actor.act(f"{who} chunk{number}", steps)
                    await self.actor.hand_over(f"{who} sends{number}")
                    await socket.send_text(f"<{number}>")
            except WebSocketDisconnect as left:
                self.actor.log(f"{who} left {left.code}")
            else:
                await socket.close()

        return self._needing(call, does.dependencies, "need", {"socket": WebSocket})

    def _needing(
        self,
        call: Callable[..., Any],
        needs: tuple[d.Dependency, ...],
        name: str,
        takes: dict[str, Any] | None = None,
    ) -> Callable[..., Any]:
        """Give a function parameters for what it takes and for its dependencies."""
        takes = {"who": str, **(takes or {"tasks": BackgroundTasks})}
        parameter, keyword = inspect.Parameter, inspect.Parameter.KEYWORD_ONLY
        parameters = [parameter(key, keyword, annotation=kind) for key, kind in takes.items()]
        for number, need in enumerate(needs):
            depends = Depends(self._dependency(need, f"{name}{number}"), scope=need.scope)
            parameters.append(parameter(f"need{number}", keyword, default=depends))
        call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return call

    def _dependency(self, does: d.Dependency, name: str) -> Callable[..., Any]:
        make = self._plain if does.after is None else self._yielding
        call = make(does, name)[does.runs_in]
        call.__name__ = name
        return self._needing(call, does.needs, f"{name}/")

    def _plain(self, does: d.Dependency, name: str) -> dict[str, Callable[..., Any]]:
        async def on_loop(who: str, tasks: BackgroundTasks, **_: object) -> None:
            await self.actor.act(f"{who} {name}", does.before)
            self._add(tasks, f"{who} {name} task", does.tasks)

        def in_thread(who: str, tasks: BackgroundTasks, **_: object) -> None:
            self.actor.act_in_thread(f"{who} {name}", does.before)
            self._add(tasks, f"{who} {name} task", does.tasks)

        return {"loop": on_loop, "thread": in_thread}

    def _yielding(self, does: d.Dependency, name: str) -> dict[str, Callable[..., Any]]:
        async def on_loop(who: str, tasks: BackgroundTasks, **_: object) -> AsyncIterator[None]:
            await self.actor.act(f"{who} {name}", does.before)
            self._add(tasks, f"{who} {name} task", does.tasks)
            try:
                yield
            except Exception as error:
                self.actor.log(f"{who} {name} sees {type(error).__name__}")
                raise
            finally:
                await self.actor.act(f"{who} {name} exit", does.after or ())

        def in_thread(who: str, tasks: BackgroundTasks, **_: object) -> Iterator[None]:
            self.actor.act_in_thread(f"{who} {name}", does.before)
            self._add(tasks, f"{who} {name} task", does.tasks)
            try:
                yield
            except Exception as error:
                self.actor.log(f"{who} {name} sees {type(error).__name__}")
                raise
            finally:
                self.actor.act_in_thread(f"{who} {name} exit", does.after or ())

        return {"loop": on_loop, "thread": in_thread}
