"""The shape of the project: who imports whom, how big things are, what is documented."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from site_build.snippets import ROOT

OURS = {"recorder", "site_build", "snippets", "evidence", "tests"}
ALLOWED = {"anyio", "starlette", "fastapi", "pydantic", "pydantic_core", "recorder"}
ALLOWED |= {"js", "pyodide"}  # which are there in the browser alone
GLUE = {"mkdocs", "markdown", "pymdownx", "material", "mkdocs_static_i18n"}
LONGEST_FUNCTION, LONGEST_FILE, LONGEST_MAKEFILE = 25, 200, 60
# What may be longer, each with its reason: "file" or "file:function".
LONGER: dict[str, str] = {}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources(*folders: str) -> list[str]:
    files = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(str(path.relative_to(ROOT)) for path in files)


def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text("utf-8"), name)


def imported(name: str) -> set[str]:
    """The top-level packages that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    return found


def definitions(node: ast.AST, outer: str = "") -> Iterator[tuple[str, Function | ast.ClassDef]]:
    """Functions and classes with their dotted names, those in classes included."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef):
            name = f"{outer}{child.name}"
            yield name, child
            if isinstance(child, ast.ClassDef):
                yield from definitions(child, f"{name}.")


def public(name: str) -> Iterator[tuple[str, Function | ast.ClassDef]]:
    for dotted, node in definitions(tree(name)):
        if not any(part.startswith("_") for part in dotted.split(".")):
            yield dotted, node


def own_statements(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in a function, without the functions inside it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, Function | ast.ClassDef | ast.Lambda):
            yield child
            yield from own_statements(child)


def errors() -> set[str]:
    """The names of our own exceptions."""
    classes = [
        node
        for name in CODE
        for node in ast.walk(tree(name))
        if isinstance(node, ast.ClassDef) and node.bases
    ]
    found = {"Exception"}
    for _ in range(3):
        found |= {c.name for c in classes if {ast.unparse(base) for base in c.bases} & found}
    return found - {"Exception"}


def raised(node: Function) -> set[str]:
    """The names that a function raises itself."""
    found = set()
    for inner in own_statements(node):
        if isinstance(inner, ast.Raise) and inner.exc is not None:
            call = inner.exc.func if isinstance(inner.exc, ast.Call) else inner.exc
            found.add(ast.unparse(call))
    return found


def body_lines(node: Function) -> int:
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


CODE = sources("recorder", "site_build")
MEASURING = sources("evidence")
PUBLIC = [(name, dotted, node) for name in CODE for dotted, node in public(name)]
IDS = [f"{name}:{dotted}" for name, dotted, _ in PUBLIC]
ERRORS = errors()


def test_importing_the_recorder_pulls_in_no_site_test_or_network_library() -> None:
    program = "import json, recorder, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    heads = {module.partition(".")[0] for module in json.loads(done.stdout)}
    assert not heads & {*GLUE, "pytest", "_pytest", "httpx", "httpx2", "requests", "uvicorn"}


@pytest.mark.parametrize("name", sources("recorder"))
def test_the_recorder_imports_only_what_a_browser_has(name: str) -> None:
    surplus = imported(name) - set(sys.stdlib_module_names) - ALLOWED
    assert not surplus, f"{name} imports {surplus}; the recorder may import {sorted(ALLOWED)}"


@pytest.mark.parametrize("name", sources("snippets"))
def test_a_snippet_imports_nothing_of_ours(name: str) -> None:
    assert not imported(name) & OURS, f"{name}: a reader cannot import {imported(name) & OURS}"


@pytest.mark.parametrize("name", sources("recorder", "snippets", "evidence"))
def test_only_the_glue_imports_mkdocs(name: str) -> None:
    assert not imported(name) & GLUE, (
        f"{name}: move what needs {imported(name) & GLUE} to site_build"
    )


@pytest.mark.parametrize("name", sources("recorder", "site_build", "evidence"))
def test_nothing_imports_the_tests(name: str) -> None:
    assert "tests" not in imported(name)


@pytest.mark.parametrize("name", [*CODE, *MEASURING])
def test_a_file_says_what_it_is_for(name: str) -> None:
    assert ast.get_docstring(tree(name)), f"{name}:1: add a docstring"


@pytest.mark.parametrize(("name", "dotted", "node"), PUBLIC, ids=IDS)
def test_what_is_public_has_a_docstring_that_names_its_errors(
    name: str, dotted: str, node: Function | ast.ClassDef
) -> None:
    text = ast.get_docstring(node) or ""
    assert len(text) > 3, f"{name}:{node.lineno}: {dotted} needs a docstring"
    if isinstance(node, ast.ClassDef):
        return
    section = text.partition("Raises:")[2]
    missing = {error for error in raised(node) & ERRORS if f"{error}:" not in section}
    assert not missing, f"{name}:{node.lineno}: name {missing} under `Raises:` of {dotted}"


@pytest.mark.parametrize("name", [*CODE, *MEASURING])
def test_functions_and_files_are_short(name: str) -> None:
    lines = len((ROOT / name).read_text("utf-8").splitlines())
    long = [f"{name} has {lines} lines"] if lines > LONGEST_FILE and name not in LONGER else []
    long += [
        f"{name}:{node.lineno} {node.name} has {body_lines(node)} lines"
        for node in ast.walk(tree(name))
        if isinstance(node, Function)
        and body_lines(node) > LONGEST_FUNCTION
        and f"{name}:{node.name}" not in LONGER
    ]
    assert not long, (
        f"{'; '.join(long)}; at most {LONGEST_FILE} a file, {LONGEST_FUNCTION} a function"
    )


def test_the_makefile_is_a_list_of_verbs() -> None:
    lines = len((ROOT / "Makefile").read_text("utf-8").splitlines())
    assert lines <= LONGEST_MAKEFILE, f"Makefile has {lines} lines; move logic to site_build"


def committed() -> Iterator[tuple[str, str]]:
    """Every text file that git keeps, or would keep, with its content."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    assert (ROOT / ".git").exists(), "test in a checkout: git knows which files are committed"
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    for name in listed.stdout.splitlines():
        path = Path(ROOT, name)
        if path.is_file() and b"\0" not in path.read_bytes():
            yield name, path.read_text("utf-8")


def test_every_text_file_ends_with_one_newline() -> None:
    bad = [name for name, text in committed() if text and text != f"{text.rstrip()}\n"]
    assert not bad


def test_no_file_names_a_registry_host_or_a_path_of_one_machine() -> None:
    words = [".".join(("pypi", "org")), "python" + "hosted.", "registry." + "npmjs", "/" + "work/"]
    bad = [f"{name}: {word}" for name, text in committed() for word in words if word in text]
    assert not bad
