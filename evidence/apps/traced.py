"""A request with a background task, as one tracer records it: `python traced.py TRACER`.

Prints JSON. The app is called in this process: what is asked is when the tracer ends its span.
"""

import asyncio
import contextlib
import json
import sys
from datetime import datetime
from typing import Any, NamedTuple

from fastapi import BackgroundTasks, FastAPI

TASK_S = 1
LONG_S = 0.9 * TASK_S
Told = dict[str, Any]
OFF: Any = {"tracing": False, "metrics": False, "logs": False}


class Span(NamedTuple):
    """What is asked of a span: of the request's, or of any other in the same process."""

    seconds: float
    is_request: bool
    tells_error: bool
    trace: Any


def app_with_tasks(telemetry: Any = None) -> FastAPI:
    app = FastAPI(telemetry=telemetry or OFF)

    @app.get("/works")
    async def works(tasks: BackgroundTasks) -> None:
        tasks.add_task(asyncio.sleep, TASK_S)

    @app.get("/fails")
    async def fails(tasks: BackgroundTasks) -> None:
        tasks.add_task(fail)

    return app


async def fail() -> None:
    await asyncio.sleep(TASK_S)
    raise ConnectionError("the mail server is down")


async def ask(app: FastAPI, path: str) -> None:
    """Call the app as a server does, which also catches what a task raises."""

    async def receive() -> Told:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        await asyncio.sleep(0)

    scope: Told = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1"}
    scope |= {
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
    }
    scope |= {"scheme": "http", "root_path": "", "server": ("test", 80), "client": ("test", 1)}
    with contextlib.suppress(ConnectionError):
        await app(scope, receive, send)


def opentelemetry(tracer: str, path: str) -> tuple[list[Span], list[float]]:
    """The spans of one request, and how many seconds it took by the metric."""
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter, reader, spans = InMemorySpanExporter(), InMemoryMetricReader(), TracerProvider()
    spans.add_span_processor(SimpleSpanProcessor(exporter))
    both = {"tracer_provider": spans, "meter_provider": MeterProvider([reader])}
    app = app_with_tasks(both if tracer == "fastapi" else None)
    if tracer == "starlette":
        from starlette.middleware.opentelemetry import OpenTelemetryMiddleware

        app.add_middleware(OpenTelemetryMiddleware, **both)
    elif tracer == "opentelemetry-instrumentation-fastapi":
        from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

        FastAPIInstrumentor.instrument_app(app, **both)
    asyncio.run(ask(app, path))
    return [of_opentelemetry(span) for span in exporter.get_finished_spans()], durations(reader)


def of_opentelemetry(span: Any) -> Span:
    seconds = (span.end_time - span.start_time) / 1e9
    failed = span.status.status_code.name == "ERROR"
    return Span(seconds, span.kind.name == "SERVER", failed, span.context.trace_id)


def durations(reader: Any) -> list[float]:
    found = reader.get_metrics_data()
    resources = found.resource_metrics if found else []
    scopes = [scope for resource in resources for scope in resource.scope_metrics]
    metrics = [m for scope in scopes for m in scope.metrics if "duration" in m.name]
    sums = [(point.sum, metric.unit) for metric in metrics for point in metric.data.data_points]
    return [total / (1000 if unit == "ms" else 1) for total, unit in sums]


def sentry(path: str) -> tuple[list[Span], list[float]]:
    """The transaction of one request and its spans. No event leaves this process."""
    import sentry_sdk

    kept: list[Any] = []
    sentry_sdk.init(
        "https://key@sentry.example/1",
        traces_sample_rate=1,
        before_send=lambda event, hint: None,
        before_send_transaction=lambda event, hint: kept.append(event),
    )
    asyncio.run(ask(app_with_tasks(), path))
    [event] = kept
    request = event | event["contexts"]["trace"]
    return [of_sentry(request, True), *(of_sentry(one, False) for one in event["spans"])], []


def of_sentry(one: Any, is_request: bool) -> Span:
    begun, ended = (moment(one[key]) for key in ("start_timestamp", "timestamp"))
    failed = one.get("status") not in (None, "ok")
    return Span((ended - begun).total_seconds(), is_request, failed, one["trace_id"])


def moment(when: Any) -> datetime:
    return when if isinstance(when, datetime) else datetime.fromisoformat(when)


def recorded(tracer: str) -> Told:
    asked = sentry if tracer == "sentry-sdk" else lambda path: opentelemetry(tracer, path)
    (works, durations_s), (fails, _) = asked("/works"), asked("/fails")
    [request] = [span for span in works if span.is_request]
    tasks = [span for span in works if not span.is_request and span.seconds >= LONG_S]
    found: Told = {
        "task_s": TASK_S,
        "request_span_s": request.seconds,
        "request_span_counts_the_task": request.seconds >= LONG_S,
        "request_span_tells_the_error": any(s.tells_error for s in fails if s.is_request),
        "task_has_a_span": bool(tasks),
    }
    if tasks:
        found["task_span_is_in_the_same_trace"] = tasks[0].trace == request.trace
        found["task_span_tells_the_error"] = any(s.tells_error for s in fails if not s.is_request)
    if durations_s:
        found["metric_s"] = durations_s[0]
        found["metric_counts_the_task"] = durations_s[0] >= LONG_S
    return found


if __name__ == "__main__":
    print(json.dumps(recorded(sys.argv[1])))
