"""An nginx of one's own in front of a server: its folder, its port, no privileges."""

import contextlib
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from evidence.machine import find
from evidence.processes import ProbeError, Program, free_port, until, workshop
from evidence.serving import PATIENCE_S, Served, listens

# How it talks to the server: as it does when nothing is said (HTTP/1.0, a connection for each
# request), or on connections that stay open, as guides for many requests advise.
PLAIN = ""
KEEPALIVE = 'proxy_http_version 1.1; proxy_set_header Connection "";'
_CONFIGURATION = """
{user}
daemon off;
worker_processes 1;
error_log stderr;
pid {folder}/nginx.pid;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream app {{ server 127.0.0.1:{upstream}; {kept} }}
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://app; {talks} }}
  }}
}}
"""


@cache
def binary() -> Path:
    """The nginx of the system.

    Raises:
        ProbeError: there is none; the message says what to install.
    """
    found = find("nginx")
    if not found:
        raise ProbeError("there is no nginx; as root: apt-get install nginx")
    return found


def version() -> str:
    """The version of the nginx in use."""
    told = subprocess.run([binary(), "-v"], capture_output=True, text=True, check=True)
    return re.search(r"nginx/([\d.]+)", told.stderr)[1]  # type: ignore[index]


@contextlib.contextmanager
def in_front(served: Served, talks: str = PLAIN) -> Iterator[Served]:
    """The same server at another address, which is nginx's; the log and the program stay its own.

    `talks` is PLAIN or KEEPALIVE.

    Raises:
        ProbeError: there is no nginx, or it does not start.
    """
    port = free_port()
    with workshop() as folder:
        file = folder / "nginx.conf"
        # Root's nginx would change to a user who may not enter the folder.
        user = "user root;" if os.geteuid() == 0 else ""
        kept = "keepalive 8;" if talks else ""
        given = {"folder": folder, "port": port, "upstream": served.port}
        text = _CONFIGURATION.format(user=user, kept=kept, talks=talks, **given)
        file.write_text(text, "utf-8")
        command: list[str | Path] = [binary(), "-p", folder, "-e", "stderr", "-c", file]
        with Program(command, folder) as proxy:
            until(lambda: proxy.ended or listens(port), PATIENCE_S, f"the start of {proxy}")
            if proxy.ended:
                raise ProbeError(f"ended at its start: {proxy}")
            found = served.versions | {"nginx": version()}
            yield replace(served, port=port, versions=found, proxy=proxy)
