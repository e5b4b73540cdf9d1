"""An app behind a real server, as the probes use it."""

from http.client import NotConnected
from pathlib import Path

import pytest

from evidence.processes import ProbeError
from evidence.serving import closes, serving

APP = """
import helper
from fastapi import FastAPI

app = FastAPI()


@app.get("/who")
async def who() -> str:
    return helper.NAME
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "helper.py").write_text("NAME = 'ann'\n", "utf-8")
    path = tmp_path / "served_app.py"
    path.write_text(APP, "utf-8")
    return path


def test_an_app_is_served_with_its_neighbours_and_a_connection_stays_open(app: Path) -> None:
    with serving("uvicorn", app, "--timeout-keep-alive", "1") as served:
        connection = served.connect()
        for _ in range(2):
            connection.request("GET", "/who")
            assert connection.getresponse().read() == b'"ann"'
        assert not closes(connection, 0.1)
        assert closes(connection, 10)
        connection.close()
        with pytest.raises(NotConnected):
            connection.request("GET", "/who")
        assert served.log.count('"GET /who HTTP/1.1" 200 OK') == 2
        assert list(served.versions) == ["fastapi", "starlette", "uvicorn"]
    with pytest.raises(ConnectionRefusedError):
        served.connect()


def test_a_server_that_does_not_start_is_an_error_that_shows_why(tmp_path: Path) -> None:
    missing = tmp_path / "not_there.py"
    with pytest.raises(ProbeError, match="not_there"), serving("uvicorn", missing):
        pass
