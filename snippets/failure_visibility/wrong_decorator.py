import asyncio
import logging
import time
from functools import wraps

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()
logger = logging.getLogger(__name__)


# --8<-- [start:decorator]
def background_task_with_error_handling(func):
    @wraps(func)
    async def wrapper(*args, **kwargs):
        try:
            if asyncio.iscoroutinefunction(func):
                return await func(*args, **kwargs)
            else:
                return func(*args, **kwargs)
        except Exception as e:
            logger.error(f"background task failed: {func.__name__}, error: {e}")

    return wrapper


# --8<-- [end:decorator]


@background_task_with_error_handling
def send_email(email: str) -> None:
    time.sleep(3)
    raise TimeoutError


@app.post("/register")
async def register(email: str, tasks: BackgroundTasks) -> None:
    tasks.add_task(send_email, email)
