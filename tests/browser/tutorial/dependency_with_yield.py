from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException

app = FastAPI()
data = {"plumbus": {"owner": "Morty"}, "gun": {"owner": "Rick"}}


class OwnerError(Exception):
    pass


def get_username():
    try:
        yield "Rick"
    except OwnerError as e:
        raise HTTPException(status_code=400, detail=f"Owner error: {e}") from e
    finally:
        print("closed")


@app.get("/items/{item_id}")
def get_item(item_id: str, username: Annotated[str, Depends(get_username)]):
    if item_id not in data:
        raise HTTPException(status_code=404, detail="Item not found")
    if data[item_id]["owner"] != username:
        raise OwnerError(username)
    return data[item_id]
