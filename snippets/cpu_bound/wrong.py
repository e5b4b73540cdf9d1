from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


def add_up(rows: int) -> int:
    return sum(range(rows))  # (1)!


def build_report(rows: int) -> None:
    print("report: started")
    total = add_up(rows)
    print(f"report: {total}")


@app.post("/reports")
async def create_report(tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(build_report, 200_000_000)
    return {"message": "your report is being built"}


@app.get("/ping")
async def ping() -> str:
    return "pong"
