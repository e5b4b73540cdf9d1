"""An app's OpenAPI document, made by whatever Python imports this."""

import json
from typing import Annotated


def main(job: str) -> str:
    """The document of an app that has a model, a form, and two ways to log in."""
    from fastapi import Depends, FastAPI, Form, Header
    from fastapi.security import HTTPBearer, OAuth2PasswordBearer
    from pydantic import BaseModel

    class Order(BaseModel):
        dish: str
        count: int = 1

    login = OAuth2PasswordBearer(tokenUrl="token", scopes={"cook": "May cook."})
    app = FastAPI(title=json.loads(job)["title"], contact={"name": "Ann", "url": "https://a.test"})

    @app.post("/orders", dependencies=[Depends(HTTPBearer())])
    def order(order: Order, trace: Annotated[str, Header()] = "") -> list[Order]:
        return [order]

    @app.post("/form")
    def form(name: Annotated[str, Form()], token: Annotated[str, Depends(login)]) -> str:
        return name

    return json.dumps(app.openapi())
