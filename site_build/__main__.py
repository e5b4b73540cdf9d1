"""`python -m site_build serve|site|zip|gzip|new NAME`: what the Makefile's verbs call, and more."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from site_build import headers
from site_build.hashed import keep
from site_build.links import check as links
from site_build.new import KINDS, NewPageError, new_page
from site_build.packing import NAME, pack, precompress
from site_build.permalinks import registry
from site_build.permalinks.redirects import moved
from site_build.replacing import fresh_folder, replace
from site_build.snippets import ROOT

_CODE = ("recorder", "site_build", "evidence", "mkdocs.yml")  # a change here restarts the server
# A change here, or in docs/, rebuilds the site.
_CONTENT = ("snippets", "rules", "tests/snippets", "evidence/results", "evidence/tables", "web")


def mkdocs_command(*arguments: str) -> list[str]:
    """The command line of MkDocs in this environment."""
    return [sys.executable, "-W", "ignore::DeprecationWarning", "-m", "mkdocs", *arguments]


def environment() -> dict[str, str]:
    """The variables that MkDocs is run with."""
    # Material prints a notice about MkDocs' future on every build.
    return {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)}


def serve(port: int) -> int:
    """Serve the site, rebuilt when a page or a snippet changes, restarted when our code does."""
    print(f"Serving http://127.0.0.1:{port}/ (Ctrl-C ends it)", flush=True)
    import watchfiles

    more = [f"--watch={ROOT / name}" for name in _CONTENT]
    command = mkdocs_command("serve", "--livereload", "--dev-addr", f"127.0.0.1:{port}", *more)
    os.environ.update(environment())
    watchfiles.run_process(
        *(ROOT / name for name in _CODE),
        target=subprocess.list2cmdline(command),
        target_type="command",
        watch_filter=watchfiles.PythonFilter(extra_extensions=[".yml", ".css", ".toml"]),
    )
    return 0


def site(*, register: bool = False) -> int:
    """Build site/: either the whole new one takes its place, or the old one stays.

    `register` notes what it publishes in the registry of addresses.
    """
    old = ROOT / "site"
    with fresh_folder(old) as fresh:
        print("Building site/", flush=True)
        command = mkdocs_command("build", "--strict", "--quiet", "--site-dir", str(fresh))
        done = subprocess.run(command, cwd=ROOT, env=environment(), check=False)
        if done.returncode == 0:
            keep(fresh, old)
            (fresh / headers.FILE).write_text(headers.headers(fresh), "utf-8")
            replace(fresh, old)
            if register:
                print("\n".join(registry.register(old, moved())) or "No address is new")
    return done.returncode


def offline() -> int:
    """Build site/, and pack it into after-the-response.zip."""
    done = site()
    if done == 0:
        pack(ROOT / "site", ROOT / f"{NAME}.zip")
        print(f"Packed {NAME}.zip")
    return done


def gzipped() -> int:
    """Put a packed copy beside each text of site/, for a server that sends it as it is."""
    print(f"Packed {precompress(ROOT / 'site')} files of site/")
    return 0


_VERBS = {"zip": offline, "gzip": gzipped}


def main() -> int:
    """Run a verb.

    Returns:
        0 when it worked, 1 when the site does not build, 2 when a new page cannot be made.
    """
    parser = argparse.ArgumentParser(prog="python -m site_build", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("serve").add_argument("--port", type=int, default=8000)
    verbs.add_parser("site").add_argument("--register", action="store_true")
    for verb in _VERBS:
        verbs.add_parser(verb)
    verbs.add_parser("links").add_argument("report", type=Path)
    new = verbs.add_parser("new")
    new.add_argument("name", nargs="?", default="")
    new.add_argument("--kind", choices=KINDS, default="claim")
    options = parser.parse_args()
    if options.verb == "serve":
        return serve(options.port)
    if options.verb == "site":
        return site(register=options.register)
    if options.verb == "links":
        return links(options.report)
    if options.verb in _VERBS:
        return _VERBS[options.verb]()
    try:
        print(new_page(options.name, options.kind))
    except NewPageError as error:
        print(f"make new: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
