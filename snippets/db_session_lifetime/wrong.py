import time
from collections.abc import Iterator

from fastapi import BackgroundTasks, Depends, FastAPI
from sqlalchemy import QueuePool, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]


app = FastAPI()
engine = create_engine("sqlite:///app.db", poolclass=QueuePool, pool_size=1, max_overflow=0)
Base.metadata.create_all(engine)


def get_db() -> Iterator[Session]:
    with Session(engine) as db:
        yield db


def send_welcome_email(user_id: int, db: Session) -> None:
    email = db.get_one(User, user_id).email
    time.sleep(5)
    print(f"sent to {email}")


@app.post("/create-user")
def create_user(email: str, tasks: BackgroundTasks, db: Session = Depends(get_db)) -> int:
    user = User(email=email)
    db.add(user)
    db.commit()
    tasks.add_task(send_welcome_email, user.id, db)
    return user.id
