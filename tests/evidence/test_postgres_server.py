"""A PostgreSQL of one's own: what it keeps, how it ends, what is said where there is none."""

import subprocess
from pathlib import Path

import pytest

from evidence import postgres_server
from evidence.postgres_server import Postgres, postgres
from evidence.processes import ProbeError, happens

needs_postgres = pytest.mark.verify  # which .ci/run installs; `make test` needs nothing of Debian


def ask(server: Postgres, sql: str) -> str:
    psql = postgres_server._binary("postgres").parent / "psql"
    command = [str(psql), "--no-psqlrc", "-At", server.url, "-c", sql]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def processes_in(folder: Path) -> list[str]:
    told = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return [line for line in told.stdout.splitlines() if str(folder) in line]


@needs_postgres
def test_it_keeps_its_data_when_it_is_stopped() -> None:
    with postgres() as server:
        ask(server, "create table kept (number int); insert into kept values (7)")
        server.stop()
        with pytest.raises(subprocess.CalledProcessError):
            ask(server, "select 1")
        server.start()
        assert ask(server, "select number from kept") == "7"
        assert ask(server, "show server_version").startswith(postgres_server.version())


def fail_beside_one(used: list[Path]) -> None:
    with postgres() as server:
        assert processes_in(server._folder)
        used.append(server._folder)
        raise ZeroDivisionError


@needs_postgres
def test_it_leaves_nothing_behind_when_its_user_fails() -> None:
    used: list[Path] = []
    with pytest.raises(ZeroDivisionError):
        fail_beside_one(used)
    assert not used[0].exists()
    assert happens(lambda: not processes_in(used[0]), 5)


def test_without_one_the_error_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    postgres_server._binary.cache_clear()
    try:
        with pytest.raises(ProbeError, match="apt-get install postgresql"):
            postgres_server._binary("initdb")
    finally:
        postgres_server._binary.cache_clear()
