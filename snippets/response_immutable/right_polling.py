import sqlite3
import time
from contextlib import closing

from fastapi import BackgroundTasks, FastAPI, HTTPException

app = FastAPI()
# --8<-- [start:save]
CREATE = "CREATE TABLE IF NOT EXISTS jobs (id TEXT PRIMARY KEY, status TEXT)"


def save(job_id: str, status: str) -> None:
    with closing(sqlite3.connect("jobs.db")) as db, db:
        db.execute(CREATE)
        db.execute("REPLACE INTO jobs VALUES (?, ?)", (job_id, status))


def process(job_id: str) -> None:
    time.sleep(3)
    save(job_id, "completed")


# --8<-- [end:save]


@app.post("/jobs/{job_id}", status_code=202)
def start(job_id: str, tasks: BackgroundTasks) -> dict[str, str]:
    save(job_id, "processing")
    tasks.add_task(process, job_id)
    return {"poll": f"/jobs/{job_id}"}


@app.get("/jobs/{job_id}")
def status(job_id: str) -> dict[str, str]:
    with closing(sqlite3.connect("jobs.db")) as db, db:
        query = "SELECT status FROM jobs WHERE id = ?"
        row = db.execute(query, (job_id,)).fetchone()
    if row is None:
        raise HTTPException(404, "no such job")
    return {"status": row[0]}
