"""Reads what a test asks of a PNG file, with the standard library."""

import struct
import zlib
from pathlib import Path

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def size(path: Path) -> tuple[int, int]:
    """The width and the height in pixels; fails if it is no PNG."""
    head = path.read_bytes()[:24]
    assert head.startswith(SIGNATURE), f"{path} is no PNG"
    assert head[12:16] == b"IHDR"
    width, height = struct.unpack(">II", head[16:])
    return width, height


def values(path: Path) -> set[int]:
    """Some of the bytes that its lines consist of; of an empty picture that is one, or few."""
    content, data, at = path.read_bytes(), b"", len(SIGNATURE)
    while at < len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        data += content[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    return set(zlib.decompress(data)[::97])
