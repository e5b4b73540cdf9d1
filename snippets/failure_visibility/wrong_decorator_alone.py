# --8<-- [start:imports]
import logging
from functools import wraps

from fastapi import BackgroundTasks, FastAPI

# --8<-- [end:imports]
app = FastAPI()
logger = logging.getLogger(__name__)


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


@background_task_with_error_handling
async def send_email(email: str) -> None:
    print(f"sent to {email}")


@app.post("/register")
async def register(email: str, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_email, email)
    return {"status": "ok"}
