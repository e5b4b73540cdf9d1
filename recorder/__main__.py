"""The command line: `python -m recorder play FILE`."""

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from recorder.draw import draw
from recorder.errors import RecorderError, StoryError
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
    play.add_argument(
        "--at",
        action=_At,
        default=[],
        metavar="SECONDS",
        help="the virtual second of the --request before it (default 0)",
    )
    play.add_argument("--lang", choices=sorted(WORDS), default="en", help="language of the output")
    form = play.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the recording as JSON")
    form.add_argument("--svg", action="store_true", help="print the timeline as an SVG picture")
    return parser.parse_args(arguments)


class _At(argparse.Action):
    """Keeps which --request an --at belongs to."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        try:
            at = float(str(values))
        except ValueError:
            parser.error(f"--at takes virtual seconds, got {values!r}")
        if not namespace.request:
            parser.error("--at belongs behind a --request")
        namespace.at = [*namespace.at, (len(namespace.request) - 1, at)]


def _story(requests: list[str], at: list[tuple[int, float]]) -> Story | None:
    if not requests:
        return None
    moments = dict(at)
    made = []
    for number, text in enumerate(requests):
        method, _, rest = text.strip().partition(" ")
        path, _, body = rest.strip().partition(" ")
        if not method.isalpha() or not path.startswith("/"):
            raise StoryError(
                f"--request {text!r}: write it as 'METHOD /path BODY', the body if any"
            )
        visitor = _VISITORS[number] if number < len(_VISITORS) else f"visitor {number + 1}"
        moment = moments.get(number, 0.0)
        if not 0 <= moment < math.inf:
            raise StoryError(f"--at {moment:g}: virtual seconds begin at 0 and are finite")
        made.append(Request(visitor, path, method.upper(), moment, body=body.strip()))
    return Story(tuple(made))


def main(arguments: Sequence[str] | None = None) -> int:
    """Play a file and print what happened.

    Returns:
        0 when played, whatever the app did; 2 for a bad call or story, 3 for an app that does not
        import, 4 for a deadlock or a spent budget.
    """
    options = _arguments(arguments)
    try:
        timeline = play_file(options.file, _story(options.request, options.at))
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
