"""The command line: `python -m recorder play FILE`."""

import argparse
import math
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from recorder.draw import draw
from recorder.errors import RealTimeWarning, RecorderError, StoryError
from recorder.patch import replaced
from recorder.player import play_file
from recorder.story import Request, Story
from recorder.transcript import write
from recorder.words import WORDS

_VISITORS = ("ann", "bob", "cat", "dan", "eve", "fay", "gus", "hal")


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m recorder", description=__doc__)
    play = parser.add_subparsers(required=True, metavar="play").add_parser(
        "play", help="play requests against the app of a file, on a virtual clock"
    )
    play.add_argument("file", type=Path, help="a Python file with an ASGI `app`")
    play.add_argument(
        "--request",
        action="append",
        default=[],
        metavar="'METHOD PATH [BODY]'",
        help="a request to send; without one, the story in story.toml beside the file is played",
    )
    at = "the virtual second of the --request before it (default 0)"
    play.add_argument("--at", action=_At, default=[], metavar="SECONDS", help=at)
    header = "a header of the --request before it; may be given several times"
    play.add_argument("--header", action=_Header, default=[], metavar="'NAME: VALUE'", help=header)
    play.add_argument("--lang", choices=sorted(WORDS), default="en", help="language of the output")
    form = play.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the recording as JSON")
    form.add_argument("--svg", action="store_true", help="print the timeline as an SVG picture")
    return parser.parse_args(arguments)


class _OfRequest(argparse.Action):
    """Keeps which --request an option belongs to."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        try:
            value = self.read(str(values))
        except ValueError as error:
            parser.error(f"{option_string} takes {error}, got {values!r}")
        if not namespace.request:
            parser.error(f"{option_string} belongs behind a --request")
        kept = getattr(namespace, self.dest)
        setattr(namespace, self.dest, [*kept, (len(namespace.request) - 1, value)])

    @staticmethod
    def read(text: str) -> object:
        raise NotImplementedError


class _At(_OfRequest):
    @staticmethod
    def read(text: str) -> float:
        try:
            return float(text)
        except ValueError as error:
            raise ValueError("virtual seconds") from error


class _Header(_OfRequest):
    @staticmethod
    def read(text: str) -> tuple[str, str]:
        name, colon, value = text.partition(":")
        if not colon or not name.strip():
            raise ValueError("'NAME: VALUE'")
        return name.strip(), value.strip()


def _request(number: int, text: str, options: argparse.Namespace) -> Request:
    method, _, rest = text.strip().partition(" ")
    path, _, body = rest.strip().partition(" ")
    if not method.isalpha() or not path.startswith("/"):
        raise StoryError(f"--request {text!r}: write it as 'METHOD /path BODY', the body if any")
    visitor = _VISITORS[number] if number < len(_VISITORS) else f"visitor {number + 1}"
    at = dict(options.at).get(number, 0.0)
    if not 0 <= at < math.inf:
        raise StoryError(f"--at {at:g}: virtual seconds begin at 0 and are finite")
    headers: dict[str, str | list[str]] = {}
    for name, value in (pair for owner, pair in options.header if owner == number):
        headers[name.lower()] = [*headers.get(name.lower(), []), value]
    return Request(visitor, path, method.upper(), at, headers, body.strip())


_format = warnings.formatwarning


def _warned(message: Any, category: type[Warning], *place: Any, **more: Any) -> str:
    """As Python does; of the recorder's own in one line, without where in it that is."""
    if issubclass(category, RealTimeWarning):
        return f"recorder: warning: {message}\n"
    return _format(message, category, *place, **more)


def main(arguments: Sequence[str] | None = None) -> int:
    """Play a file and print what happened.

    Returns:
        0 when played, whatever the app did; 2 for a bad call or story, 3 for an app that does not
        import, 4 for a deadlock or a spent budget.
    """
    options = _arguments(arguments)
    requests = enumerate(options.request)
    try:
        told = tuple(_request(number, text, options) for number, text in requests)
        with replaced(warnings, formatwarning=_warned):
            timeline = play_file(options.file, Story(told) if told else None)
    except RecorderError as error:
        print(f"recorder: {error}", file=sys.stderr)
        return error.exit_code
    words = WORDS[options.lang]
    if options.json:
        print(timeline.to_json())
    elif options.svg:
        print(draw(timeline, words, style=True))
    else:
        print(write(timeline, words), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
