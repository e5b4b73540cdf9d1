import asyncio
from collections.abc import AsyncIterator

from fastapi import BackgroundTasks, Depends, FastAPI
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]


app = FastAPI()
engine = create_async_engine("sqlite+aiosqlite:///app.db", pool_size=1, max_overflow=0)
Base.metadata.create_all(create_engine("sqlite:///app.db"))


async def get_db() -> AsyncIterator[AsyncSession]:
    async with AsyncSession(engine) as db:
        yield db


async def send_welcome_email(user_id: int) -> None:
    async with AsyncSession(engine) as db:
        email = (await db.get_one(User, user_id)).email
    await asyncio.sleep(5)
    print(f"sent to {email}")


# --8<-- [start:create_user]
@app.post("/create-user")
async def create_user(
    email: str, tasks: BackgroundTasks, db: AsyncSession = Depends(get_db, scope="function")
) -> int:
    user = User(email=email)
    db.add(user)
    await db.commit()
    await db.refresh(user)
    tasks.add_task(send_welcome_email, user.id)
    return user.id


# --8<-- [end:create_user]
