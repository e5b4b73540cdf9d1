"""Trees to build: our own, the same pages for plain Material, and grown ones."""

import re
import shutil
from pathlib import Path
from typing import Any

import yaml

from site_build.new import page_files
from site_build.snippets import LANGUAGES, ROOT, snippet
from tests.bench.measuring import Build
from tests.lending import lend

_FENCE = re.compile(r"^```(\w+)(?: (\w+)=\"([^\"]+)\".*)?\n((?:(?!```).*\n)*)```$", re.M)
_MARK = re.compile(r"\[([^\[\]\n]+)\]\{\s*data-claim=\"[^\"\n]+\"\s*\}")
_OURS = ("site_build", "recorder", "evidence", "rules", "web")


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml: `!ENV` gives its default, the name of a Python function a text."""


_Loader.add_constructor("!ENV", lambda loader, node: loader.construct_sequence(node)[-1])  # type: ignore[arg-type]
_Loader.add_multi_constructor("tag:yaml.org,2002:python/name:", lambda *_: "a function of ours")


def plain_markdown(text: str) -> str:
    """A page without our fences and marks: each listing is an ordinary fence with the same code.

    Timelines, questions and proofs, which plain Material has no counterpart of, are left out.
    """

    def plain(fence: re.Match[str]) -> str:
        language, key, value, content = fence.groups()
        if key == "sandbox":
            content = snippet(value).code
        return "" if key == "src" else f"```{language}\n{content}```"

    return _MARK.sub(r"\1", _FENCE.sub(plain, text))


def plain_config() -> dict[str, Any]:
    """Our mkdocs.yml for plain Material: its theme, no fences, hooks, styles or scripts of ours."""
    config: dict[str, Any] = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), _Loader)
    for key in ("hooks", "watch", "extra_css", "extra_javascript"):
        config.pop(key, None)
    config["theme"] = {
        k: v for k, v in config["theme"].items() if k not in ("custom_dir", "favicon")
    }
    extensions = map(_plain_extension, config["markdown_extensions"])
    theirs = [one for one in extensions if not str(one).startswith("site_build.")]
    config["markdown_extensions"] = theirs
    return config


def _plain_extension(extension: Any) -> Any:
    name, options = (extension, {}) if isinstance(extension, str) else next(iter(extension.items()))
    if name == "pymdownx.superfences":
        options = {key: value for key, value in options.items() if key != "custom_fences"}
    if name == "pymdownx.snippets":
        options = {**options, "base_path": [str(ROOT / "snippets")]}
    return {name: options} if options else name


def plain_tree(folder: Path, docs: Path) -> Build:
    """The pages of `docs` for plain Material."""
    for page in docs.rglob("*.md"):
        path = folder / "docs" / page.relative_to(docs)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(plain_markdown(page.read_text("utf-8")), "utf-8")
    config = plain_config()
    config["nav"] = sorted(path.name for path in (folder / "docs" / "zh").glob("*.md"))
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(config, allow_unicode=True), "utf-8")
    return Build(folder)


def our_tree() -> Build:
    """The site as it is."""
    return Build(ROOT)


def grown_trees(folder: Path, claims: int) -> tuple[Build, Build]:
    """A site of new claims, in both languages: with all of ours, and for plain Material."""
    ours = folder / f"ours-{claims}"
    for name in _OURS:
        shutil.copytree(ROOT / name, ours / name, ignore=shutil.ignore_patterns("__pycache__"))
    lend(ours)
    for language in LANGUAGES:
        home = ours / "docs" / language / "index.md"
        home.parent.mkdir(parents=True)
        home.write_text(f"---\ndescription: {language}\n---\n# Home {{#home}}\n", "utf-8")
    names = [f"claim-{number:03}" for number in range(1, claims + 1)]
    for name in names:
        for path, text in page_files(name).items():
            (ours / path).parent.mkdir(parents=True, exist_ok=True)
            (ours / path).write_text(text, "utf-8")
    nav = "".join(f"  - {name}.md\n" for name in ["index", *names])
    config = re.sub(
        r"^nav:\n([ #].*\n|\n)*",
        f"nav:\n{nav}\n",
        (ROOT / "mkdocs.yml").read_text("utf-8"),
        flags=re.M,
    )
    (ours / "mkdocs.yml").write_text(config, "utf-8")
    return Build(ours, afresh=True), _plain_of_grown(folder / f"plain-{claims}", ours)


def _plain_of_grown(folder: Path, ours: Path) -> Build:
    # `snippet` reads the project's own folder: the listings of all new claims are the same.
    code = {
        variant: (ours / "snippets" / "claim_001" / f"{variant}.py").read_text("utf-8")
        for variant in ("wrong", "right")
    }
    docs = folder / "filled"
    for page in (ours / "docs").rglob("*.md"):
        path = docs / page.relative_to(ours / "docs")
        path.parent.mkdir(parents=True, exist_ok=True)
        text = page.read_text("utf-8")
        for variant, listing in code.items():
            text = re.sub(
                rf'^```python sandbox="\w+/{variant}"$',
                f"```python\n{listing.rstrip()}",
                text,
                flags=re.M,
            )
        path.write_text(text, "utf-8")
    return plain_tree(folder, docs)
