"""The servers of the system, each started with our own snippet, for a built site."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evidence.machine import find
from evidence.processes import Program, free_port, until
from evidence.serving import listens
from site_build.snippets import ROOT

Command = list[str | Path]
HOSTING = ROOT / "hosting"
# What a distribution's own nginx.conf has round the snippet, as far as it matters here.
_NGINX = """
{user}
daemon off;
worker_processes auto;
error_log stderr;
pid {folder}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  include {folder}/guide.conf;
}}
"""


def program(name: str) -> Path:
    """A program of the system; fails if it is not there."""
    found = find(name)
    assert found, f"there is no {name}; as root: apt-get install {name}"
    return found


def adapted(name: str, site: Path, port: int, listen: str) -> str:
    """Our snippet for another port and another folder, and nothing else."""
    text = (HOSTING / name).read_text("utf-8")
    assert text.count("/srv/guide;") + text.count("/srv/guide\n") >= 1
    assert listen in text
    return text.replace("/srv/guide", str(site)).replace(listen, listen.replace("80", str(port)))


@contextmanager
def nginx(site: Path, folder: Path) -> Iterator[str]:
    """Serve a site by nginx with hosting/nginx.conf; its address."""
    port = free_port()
    (folder / "guide.conf").write_text(adapted("nginx.conf", site, port, "listen 80;"), "utf-8")
    (folder / "mime.types").write_bytes(Path("/etc/nginx/mime.types").read_bytes())
    # Root's nginx would change to a user who may not enter the folder.
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(_NGINX.format(user=user, folder=folder), "utf-8")
    command: Command = [program("nginx"), "-p", folder, "-e", "stderr", "-c", folder / "nginx.conf"]
    with _started(command, folder, port) as address:
        yield address


@contextmanager
def caddy(site: Path, folder: Path) -> Iterator[str]:
    """Serve a site by Caddy with hosting/Caddyfile; its address."""
    port = free_port()
    text = "{\n\tadmin off\n}\n" + adapted("Caddyfile", site, port, ":80 {")
    (folder / "Caddyfile").write_text(text, "utf-8")
    given: Command = ["--adapter", "caddyfile", "--config", folder / "Caddyfile"]
    checked = subprocess.run(
        [program("caddy"), "validate", *given], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    with _started([program("caddy"), "run", *given], folder, port) as address:
        yield address


@contextmanager
def _started(command: Command, folder: Path, port: int) -> Iterator[str]:
    with Program(command, folder) as server:
        until(lambda: server.ended or listens(port), 30, f"the start of {server}")
        assert not server.ended, server
        yield f"http://127.0.0.1:{port}"


SERVERS = {"nginx": nginx, "caddy": caddy}
