"""Compiles Python files without their docstrings; runs in the browser's Python.

A `.pyc` holds for one Python only, so that very Python makes it.
"""

import ast
import importlib.util
import json
import marshal
import zipfile
from pathlib import Path
from typing import TypeVar

from site_build.payload.lighter import lighter

ARCHIVE = "/lib/python314.zip/"  # where the browser's Python has its library
# Checked against no source, so its time and its hash can be left out.
_HEADER = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8)
_Node = TypeVar("_Node", bound=ast.AST)
_Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class Undocumented(ast.NodeTransformer):
    """Takes out what was written for people; line numbers and asserts stay."""

    def visit(self, node: ast.AST) -> ast.AST:
        """Cut a docstring down to a dot: some libraries build on there being one."""
        self.generic_visit(node)
        if isinstance(node, _Documented) and ast.get_docstring(node, clean=False) is not None:
            place = node.body[0]
            node.body[0] = _at(place, ast.Expr(ast.Constant(".")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Doc":
            node.args = [_at(node, ast.Constant("."))]  # Annotated[int, Doc("…")]
        return node


def _at(place: ast.AST, node: _Node) -> _Node:
    return ast.fix_missing_locations(ast.copy_location(node, place))


def compiled(source: bytes, name: str) -> bytes:
    """What the `.pyc` of a file of the library contains."""
    tree = ast.parse(lighter(name, source.decode()))
    Undocumented().visit(tree)
    code = compile(tree, ARCHIVE + name, "exec", dont_inherit=True, optimize=0)
    return _HEADER + marshal.dumps(code)


def main(job: str) -> str:
    """Compile each `.py` file of an archive into another.

    Args:
        job: JSON, `{"source": "….zip", "target": "….zip"}`, paths in the project.
    """
    paths = {key: Path("/project", name) for key, name in json.loads(job).items()}
    with zipfile.ZipFile(paths["source"]) as given, zipfile.ZipFile(paths["target"], "w") as made:
        for name in given.namelist():
            made.writestr(zipfile.ZipInfo(f"{name}c"), compiled(given.read(name), name))
    return "{}"
