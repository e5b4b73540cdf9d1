"""A Celery app whose jobs have coroutines to run: with asyncio.run, and as `async def` jobs."""

import asyncio

import httpx
from jobs import celery_app, mark

shared_client = httpx.AsyncClient()


async def ask(client: httpx.AsyncClient, url: str) -> None:
    """Send a request; the connection is kept for the next one."""
    (await client.get(url)).raise_for_status()


async def ask_alone(url: str) -> None:
    """Send a request with a client that lives as long as the loop."""
    async with httpx.AsyncClient() as client:
        await ask(client, url)


@celery_app.task
def with_shared_client(url: str) -> None:
    """A new loop for each job, and one client for all of them."""
    asyncio.run(ask(shared_client, url))
    mark("finished", "shared")


@celery_app.task
def with_own_client(url: str) -> None:
    """A new loop and a new client for each job."""
    asyncio.run(ask_alone(url))
    mark("finished", "own")


@celery_app.task
async def async_def() -> None:
    """A job that Celery calls, and does not await."""
    mark("finished", "async")
