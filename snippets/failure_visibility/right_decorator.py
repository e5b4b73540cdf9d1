import inspect
import logging
import time
from functools import wraps

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()
logger = logging.getLogger(__name__)


# --8<-- [start:decorator]
def background_task_with_error_handling(func):
    @wraps(func)
    async def async_wrapper(*args, **kwargs):
        try:
            return await func(*args, **kwargs)
        except BaseException as error:
            logger.exception("background task failed: %s %s %s", func.__name__, args, kwargs)
            if not isinstance(error, Exception):
                raise

    @wraps(func)
    def wrapper(*args, **kwargs):
        try:
            return func(*args, **kwargs)
        except Exception:
            logger.exception("background task failed: %s %s %s", func.__name__, args, kwargs)

    return async_wrapper if inspect.iscoroutinefunction(func) else wrapper


# --8<-- [end:decorator]


@background_task_with_error_handling
def send_email(email: str) -> None:
    time.sleep(3)
    raise TimeoutError


@app.post("/register")
async def register(email: str, tasks: BackgroundTasks) -> None:
    tasks.add_task(send_email, email)
