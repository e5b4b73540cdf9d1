"""Reads TOML files with errors that name the file."""

import tomllib
from pathlib import Path
from typing import Any

from recorder.errors import StoryError


def read_toml(path: Path) -> dict[str, Any]:
    """The content of a story file.

    Raises:
        StoryError: there is no such file, or it is not TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise StoryError(f"{path}: no such story; write one, or give --request") from error
    except UnicodeDecodeError as error:
        raise StoryError(f"{path}: not UTF-8: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise StoryError(f"{path}: not valid TOML: {error}") from error
