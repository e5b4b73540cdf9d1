import time
from collections.abc import Iterator

from fastapi import BackgroundTasks, Depends, FastAPI
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]


app = FastAPI()
engine = create_engine("sqlite:///app.db")
Base.metadata.create_all(engine)


def get_db() -> Iterator[Session]:
    with Session(engine) as db:
        yield db
        db.commit()


def send_welcome_email(user_id: int) -> None:
    time.sleep(2)
    with Session(engine) as db:
        user = db.get(User, user_id)
    print(f"sent to {user.email}" if user else f"no user {user_id}")


# --8<-- [start:create_user]
@app.post("/users")
def create_user(
    email: str, tasks: BackgroundTasks, db: Session = Depends(get_db, scope="function")
) -> int:
    user = User(email=email)
    db.add(user)
    db.flush()
    tasks.add_task(send_welcome_email, user.id)
    return user.id


# --8<-- [end:create_user]
@app.get("/users")
def read_users(db: Session = Depends(get_db)) -> list[str]:
    return list(db.scalars(select(User.email)))
