"""How long a request was that leaves a background task of a second behind, says each tracer."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

from evidence.environments import environment, versions
from evidence.probes import probe
from evidence.processes import ProbeError
from evidence.rows import Finding
from evidence.serving import APPS
from evidence.versions.asking import merged

RUNS = 2
PAGE = "context-and-tracing"
OTEL = ("opentelemetry-sdk",)
# Each tracer with how it is called, and the packages whose versions decide what it does.
TRACERS = {
    "fastapi": ("FastAPI", OTEL),
    "starlette": ("Starlette's OpenTelemetryMiddleware", ("starlette", *OTEL)),
    "opentelemetry-instrumentation-fastapi": (
        "opentelemetry-instrumentation-fastapi",
        ("opentelemetry-instrumentation-fastapi", *OTEL),
    ),
    "sentry-sdk": ("sentry-sdk", ("sentry-sdk",)),
}


@probe(watches_s=25)
def request_spans() -> Iterator[Finding]:
    """Each tracer in a process of its own, twice."""
    for tracer, (name, packages) in TRACERS.items():
        yield Finding(
            f"request-span-{tracer}",
            PAGE,
            {
                "zh": f"{name} 记录的请求耗时，算不算后台任务？",
                "en": f"Is a background task part of the request, as {name} records it?",
            },
            versions("tracing", ("fastapi", *packages)),
            merged(tracer, [_recorded(tracer) for _ in range(RUNS)]),
            RUNS,
        )


def _recorded(tracer: str) -> dict[str, Any]:
    command = [str(environment("tracing")), str(APPS / "traced.py"), tracer]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        raise ProbeError(f"{tracer}: {done.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
