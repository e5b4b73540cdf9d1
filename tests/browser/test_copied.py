"""What Copy offers: a file that uvicorn serves, and requests that a shell understands."""

import ast
import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from site_build.payload.build import payload
from site_build.payload.packages import locked
from site_build.recordings import node
from site_build.snippets import ROOT, names, snippet, variants
from tests.browser.puppet import Stager
from tests.browser.puppet import stage as stage
from tests.browser.test_sandbox import LISTING, address, button

SHARE = ROOT / "web" / "sandbox" / "share"
LIVE = [
    found.id
    for name in names()
    for variant in variants(name)
    if (found := snippet(f"{name}/{variant}")).is_live and found.language == "python"
]
# A curl that tells its arguments, and no other program than the shell's own.
CURL = """#!{python}
import json, os, sys
with open(os.environ["TOLD"], "a") as told:
    told.write(json.dumps(sys.argv[1:]) + "\\n")
"""


def in_node(module: str, call: str) -> str:
    """What an expression over the functions of a module of share/ comes to."""
    script = (
        f"import * as share from {json.dumps((SHARE / module).as_uri())};"
        f"import {{ wordsOf }} from {json.dumps((SHARE / 'words.mjs').as_uri())};"
        f"process.stdout.write({call});"
    )
    # All listings together are longer than an argument may be.
    command = [str(node()), "--input-type=module", "-"]
    done = subprocess.run(command, input=script, capture_output=True, text=True, check=True)
    return done.stdout


def lines(requests: list[dict[str, Any]], language: str = "en") -> str:
    told = f"{json.dumps(requests)}, wordsOf({json.dumps(language)}), 'uvicorn wrong:app'"
    return in_node("curl.mjs", f"share.curlLines({told})")


def programs(files: dict[str, str], requests: Any = None) -> list[str]:
    """The copies of some files, given by their names."""
    pins = dict(line.split(" ")[0].split("==") for line in PINS) | {"express": "5.0.0"}
    told = [[f"snippets/x/{name}", {"code": code}] for name, code in files.items()]
    call = (
        f"JSON.stringify({json.dumps(told)}.map(([file, draft]) => share.program("
        f"{{ ...draft, requests: {json.dumps(requests or [])} }}, file, {json.dumps(pins)},"
        "'https://docs.example.test/x/')))"
    )
    made: list[str] = json.loads(in_node("program.mjs", call))
    return made


def program(code: str, requests: Any = None) -> str:
    return programs({"wrong.py": code}, requests)[0]


PACKAGES = ("aiosqlite", "fastapi", "greenlet", "httpx", "python-multipart", "sqlalchemy")
PINS = [
    line for line in locked((*PACKAGES, "uvicorn", "websockets")).splitlines() if line[:1].isalpha()
]


def sent(requests: list[dict[str, Any]], folder: Path) -> list[list[str]]:
    """The arguments that curl gets, in the requests' order, and nothing else happens."""
    (folder / "curl").write_text(CURL.format(python=sys.executable), "utf-8")
    (folder / "curl").chmod(0o755)
    (folder / "sleep").symlink_to("/bin/true")
    told = folder / "told"
    told.touch()
    # One after the other: what is asked at once, curl is called for in any order.
    script = lines(requests).replace(" &\n", "\n")
    environment = {"PATH": str(folder), "TOLD": str(told), "HOME": str(folder)}
    done = subprocess.run(
        ["/bin/sh", "-c", script], cwd=folder, env=environment, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("", "")
    assert sorted(path.name for path in folder.iterdir()) == ["curl", "sleep", "told"]
    return [json.loads(line) for line in told.read_text("utf-8").splitlines()]


def after(arguments: list[str], option: str) -> list[str]:
    """The values of an option."""
    return [value for name, value in pairwise(arguments) if name == option]


def url(arguments: list[str]) -> str:
    return next(one for one in arguments if one.startswith("http://"))


# Imports each file in a process of its own, in which what the file does not name is not there.
IMPORT = """
import fastapi, importlib, json, os, sys
for name, named in json.load(sys.stdin).items():
    child = os.fork()
    if child == 0:
        for other in {"aiosqlite", "greenlet", "httpx", "sqlalchemy"} - set(named):
            sys.modules[other] = None
        importlib.import_module(name).app
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit(f"{name} cannot be served with {named}")
"""


def imported(text: str) -> set[str]:
    """The packages that a program names in its imports."""
    nodes = list(ast.walk(ast.parse(text)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def test_every_copied_listing_imports_with_what_it_names(tmp_path: Path) -> None:
    named: dict[str, list[str]] = {}
    files = {f"{one.replace('/', '__')}.py": snippet(one).code for one in LIVE}
    for file, text in zip(files, programs(files), strict=True):
        name = file.removesuffix(".py")
        (tmp_path / file).write_text(text, "utf-8")
        _, install, serve = (line[2:] for line in text.splitlines()[:3])
        assert serve == f"uvicorn {name}:app"
        pins = install.removeprefix("pip install ").split(" ")
        assert set(pins) <= {line.split(" ")[0] for line in PINS}
        needed = [pin.partition("==")[0] for pin in pins]
        tops = {module.partition(".")[0] for module in imported(text)}
        assert tops & {"aiosqlite", "httpx", "sqlalchemy"} <= set(needed), file
        if needed not in named.values():  # one of each kind is imported
            named[name] = needed
    command = [sys.executable, "-W", "error", "-c", IMPORT]
    done = subprocess.run(
        command, cwd=tmp_path, input=json.dumps(named), text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_what_no_import_tells_is_named_too() -> None:
    code = "from fastapi import FastAPI, Form, WebSocket\nfrom sqlalchemy.ext.asyncio import x\n"
    install = program(code).splitlines()[1]
    for name in ("python-multipart", "websockets", "greenlet", "sqlalchemy", "uvicorn"):
        assert f" {name}==" in install


def test_an_app_of_express_listens_and_a_plain_script_just_runs() -> None:
    code = 'import express from "express";\nexport const app = express();\n'
    (served,) = programs({"app.js": code}, [{"visitor": "ann", "path": "/"}])
    head = "// https://docs.example.test/x/\n// npm install express@5.0.0\n// node app.js\n"
    assert served == f"{head}\n{code}\napp.listen(8000);\n"
    (plain,) = programs({"tasks.js": "await 1;\n"})
    assert plain == "// https://docs.example.test/x/\n// node tasks.js\n\nawait 1;\n"


def test_a_story_with_two_workers_is_served_by_two() -> None:
    requests = [{"visitor": "ann", "path": "/"}, {"visitor": "bob", "path": "/", "worker": 1}]
    assert program("", requests=requests).splitlines()[2] == "# uvicorn wrong:app --workers 2"


def test_requests_go_out_at_their_seconds_and_overlap() -> None:
    script = lines(
        [
            {"visitor": "bob", "path": "/b", "at": 1.5},
            {"visitor": "ann", "method": "post", "path": "/a", "body": {"n": "安"}},
            {"visitor": "cat", "path": "/c", "at": 1.6, "leaves": 2.1},
        ]
    )
    rows = script.splitlines()
    assert rows[0] == "# uvicorn wrong:app"
    assert [row for row in rows if row.startswith(("sleep", "# ", "wait"))][1:] == [
        *("# 0 s: ann", "sleep 1.5", "# 1.5 s: bob", "sleep 0.1", "# 1.6 s: cat", "wait"),
    ]
    assert all(row.endswith(" &") for row in rows if row.startswith("curl"))
    assert " --max-time 0.5 " in script
    assert "第 1.5 秒：bob" in lines([{"visitor": "bob", "path": "/b", "at": 1.5}], "zh")


NASTY = "a'b\"c$(touch x)`touch y`\\n!h;touch z\n# & touch v | touch w\t\x1b[201~\x03é安🎈 %d @/etc"


def test_a_shell_hands_curl_just_what_was_asked(tmp_path: Path) -> None:
    requests: list[dict[str, Any]] = [
        {"visitor": NASTY, "method": "POST", "path": "/a?q=1&r=安 b", "body": NASTY},
        {"visitor": "bob", "method": "PUT", "path": f"/{NASTY}", "body": {"x": NASTY}},
        {"visitor": "cat", "path": "/c", "headers": {"X-A": NASTY, "X-B": ["1", ""], "@/etc": "x"}},
        {"visitor": "dan", "method": "HEAD", "path": "/../d"},
        {"visitor": "eve", "method": "POST", "path": "/e", "form": {"a&b": NASTY}},
    ]
    first, second, third, fourth, fifth = sent(requests, tmp_path)
    assert after(first, "--data-raw") == [NASTY]
    assert url(first) == "http://127.0.0.1:8000/a?q=1&r=%E5%AE%89%20b"
    assert after(first, "-X") == ["POST"]
    assert after(first, "-H") == ["Content-Type: application/json"]
    assert json.loads(after(second, "--data-raw")[0]) == {"x": NASTY}
    assert "touch%20x" in url(second)
    assert url(second).isprintable()
    shown = "".join(" " if ord(one) < 32 else one for one in NASTY)
    assert after(third, "-H") == [f"X-A: {shown}", "X-B: 1", "X-B;"]
    assert "--head" in fourth
    assert url(fourth) == "http://127.0.0.1:8000/../d"
    assert after(fifth, "--data-raw")[0].startswith("a%26b=a%27b%22c%24%28touch")


def test_curl_takes_nothing_that_is_uploaded_for_a_file(tmp_path: Path) -> None:
    upload = {"field": "p=@/etc/passwd;a", "name": 'n".txt', "text": "@/etc/passwd", "type": ";x"}
    asked = {"visitor": "a", "method": "POST", "path": "/", "files": [upload], "form": {"f": "@/x"}}
    (arguments,) = sent([asked], tmp_path)
    assert after(arguments, "-F") == [
        'p___etc_passwd_a="@/etc/passwd";filename="n\\".txt";type=text/plain'
    ]
    assert after(arguments, "--form-string") == ["f=@/x"]


def test_nothing_that_a_terminal_acts_on_or_hides_stands_in_the_lines() -> None:
    asked = {"visitor": f"{NASTY}\u202e\x9b", "method": "POST", "path": "/\u202e", "body": "\u202e"}
    script = lines([asked, {**asked, "method": "WEBSOCKET", "messages": [{"text": NASTY}]}])
    assert all(row.isprintable() for row in script.splitlines())
    assert len([row for row in script.splitlines() if not row.startswith("#")]) == 2  # curl, wait


def test_of_a_websocket_it_says_what_to_type() -> None:
    asked = {"visitor": "ann", "method": "WEBSOCKET", "path": "/ws"}
    script = lines([{**asked, "messages": [{"text": "hello", "at": 2}]}])
    assert "# python -m websockets 'ws://127.0.0.1:8000/ws'\n# 2 s: type hello\n" in script


@pytest.mark.parametrize("language", ["zh", "en"])
def test_copy_offers_both_and_puts_the_draft_on_the_clipboard(language: str, stage: Stager) -> None:
    made = stage(address(language))
    made.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sandbox = made.sandbox(LISTING)
    sandbox.evaluate("(box) => box.change({ code: 'app = 1  # mine\\n' })")
    button(sandbox, "copy").focus()
    made.page.keyboard.press("Enter")
    names = {"zh": ("代码文件", "请求（curl 命令）"), "en": ("The file", "The requests, for curl")}
    file, asked = (sandbox.get_by_role("button", name=one) for one in names[language])
    expected = json.loads((payload() / "manifest.json").read_text("utf-8"))["versions"]["fastapi"]
    expect(file).to_be_focused()
    made.page.keyboard.press("Enter")
    field = sandbox.get_by_role("textbox")
    field.wait_for()
    assert f"# pip install fastapi=={expected} uvicorn==" in field.input_value()
    assert field.input_value().endswith("\n\napp = 1  # mine\n")
    asked.click()
    status = sandbox.locator(".tool-panel").get_by_role("status")
    status.filter(has_text={"zh": "已复制", "en": "Copied"}[language]).wait_for()
    copied = made.page.evaluate("() => navigator.clipboard.readText()")
    assert copied.startswith("# uvicorn wrong:app\n")
    assert "curl -sS" in copied
    file.press("Escape")
    assert sandbox.locator(".tool-panel").count() == 0
