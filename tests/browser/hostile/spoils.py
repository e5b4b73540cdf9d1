from fastapi import FastAPI

from recorder import words

for told in words.WORDS.values():
    told["response.finished"] = "spoilt"

app = FastAPI()


@app.get("/")
async def root() -> None:
    return None
