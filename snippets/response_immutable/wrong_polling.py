import time

from fastapi import BackgroundTasks, FastAPI, HTTPException

app = FastAPI()
# --8<-- [start:jobs]
jobs: dict[str, str] = {}


def process(job_id: str) -> None:
    time.sleep(3)
    jobs[job_id] = "completed"


# --8<-- [end:jobs]


@app.post("/jobs/{job_id}", status_code=202)
def start(job_id: str, tasks: BackgroundTasks) -> dict[str, str]:
    jobs[job_id] = "processing"
    tasks.add_task(process, job_id)
    return {"poll": f"/jobs/{job_id}"}


@app.get("/jobs/{job_id}")
def status(job_id: str) -> dict[str, str]:
    if job_id not in jobs:
        raise HTTPException(404, "no such job")
    return {"status": jobs[job_id]}
