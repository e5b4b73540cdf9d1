"""nginx with our snippet under load: `python -m tests.bench load`."""

import re
import subprocess
import tempfile
from pathlib import Path

from site_build.packing import precompress
from tests.bench.measuring import Row, say
from tests.conftest import build
from tests.hosting.servers import nginx, program

AIM, SECONDS, CONNECTIONS = 2000, 30, 64
# What a visit asks for, in turn: pages in both languages, styles, scripts, a file of the sandbox.
VISIT = """
local paths = { %s }
local next = 0
request = function()
  next = next %% #paths + 1
  return wrk.format("GET", paths[next], { ["Accept-Encoding"] = "gzip" })
end
"""


def load() -> list[Row]:
    """Requests a second from nginx on the loopback, by one client on the same machine."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        done = build(folder / "site")
        if done.returncode:
            raise RuntimeError(f"the site does not build:\n{done.stdout}")
        precompress(folder / "site")
        paths = _visit(folder / "site")
        (folder / "visit.lua").write_text(VISIT % ", ".join(f'"{one}"' for one in paths), "utf-8")
        with nginx(folder / "site", folder) as address:
            told = _wrk(address, folder / "visit.lua")
    a_second = float(re.search(r"Requests/sec: +([\d.]+)", told)[1])  # type: ignore[index]
    wrong = re.findall(r"(Non-2xx or 3xx responses: \d+|Socket errors: .+)", told)
    say(told.strip())
    holds = a_second >= AIM and not wrong
    what = f"nginx with hosting/nginx.conf, {SECONDS} s, {len(paths)} addresses in turn"
    aim = f"at least {AIM}/s, no error"
    return [Row(what, f"{a_second:.0f}/s, {wrong or 'no error'}", "", aim, holds, "1")]


def _visit(site: Path) -> list[str]:
    pages = ["/", "/en/", "/sequential-order/", "/en/sequential-order/", "/symptoms/"]
    assets = [path for path in (site / "assets").glob("*") if path.suffix in {".css", ".js"}]
    live = sorted((site / "assets" / "live").glob("share.*.js"))
    return pages + [f"/{path.relative_to(site)}" for path in sorted(assets) + live]


def _wrk(address: str, script: Path) -> str:
    options = ["--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{SECONDS}s"]
    command = [str(program("wrk")), *options, "--latency", "--script", str(script), address]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
