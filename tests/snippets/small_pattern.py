"""A pattern that is none of the guide's: small enough to break in every way."""

from pathlib import Path

import pytest

APP = """\
from fastapi import FastAPI

app = FastAPI()
seen: set[str] = set()


# --8<-- [start:charge]
@app.post("/charges/{key}")
def charge(key: str) -> dict[str, bool]:
    again = key in seen
    seen.add(key)
    return {"charged": not again}


# --8<-- [end:charge]
"""
TEST = """\
import app


def test_a_charge_is_made_once():
    assert [app.charge("a")["charged"], app.charge("a")["charged"]] == [True, False]


def test_another_key_is_another_charge():
    assert app.charge("b") == app.charge("c") == {"charged": True}
"""
STORY = """\
runs = "live"
verified = "2026-11-29"
verified_with = "0.165.0"
title = { zh = "只扣一次款", en = "Charge once" }
requirements = ["fastapi", "uvicorn"]
commands = ["uvicorn app:app"]

[[requests]]
visitor = "ann"
method = "POST"
path = "/charges/a"

[app]
zh = "同一个键只扣一次"
en = "One charge for each key"
"""


def make(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have a folder hold nothing but the pattern `charge_once`, and be the snippets."""
    pattern = folder / "charge_once"
    pattern.mkdir()
    for name, text in {"app.py": APP, "test_app.py": TEST, "story.toml": STORY}.items():
        (pattern / name).write_text(text, "utf-8")
    monkeypatch.setattr("site_build.snippets.FOLDER", folder)
    return pattern
