"""The worker's decoder, as it arrives in the bundle, and run in Node."""

import random
import re
import subprocess
from pathlib import Path

import pytest

from site_build.payload.build import SANDBOX
from site_build.payload.making import run
from site_build.recordings import node

HERE = Path(__file__).parent
BLOCK = 1 << 17
SIZES = (0, 1, 70_000, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 3_000_000)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("unpack") / "unpack.mjs"
    run("bundle.mjs", SANDBOX / "unpack.mjs", target)
    return target


def packed(folder: Path, content: bytes) -> Path:
    (folder / "raw").write_bytes(content)
    run("compress.mjs", folder / "raw", folder / "raw.zst")
    return folder / "raw.zst"


def unpack(bundle: Path, file: Path, size: int) -> subprocess.CompletedProcess[bytes]:
    command = [node(), HERE / "unpack.mjs", bundle, file, size]
    return subprocess.run(list(map(str, command)), capture_output=True, check=False)


def noise(size: int) -> bytes:
    """Bytes of which some can be packed and some cannot."""
    chance = random.Random(size)
    return (chance.randbytes(size // 2 + 1) + b"again and again " * (size // 16))[:size]


@pytest.mark.parametrize("size", SIZES)
def test_what_was_packed_is_unpacked(bundle: Path, tmp_path: Path, size: int) -> None:
    done = unpack(bundle, packed(tmp_path, noise(size)), 10_000)
    assert (done.stderr, done.stdout == noise(size)) == (b"", True)


def test_pieces_of_any_size_will_do(bundle: Path, tmp_path: Path) -> None:
    file = packed(tmp_path, noise(70_000))
    for size in (1, 997, file.stat().st_size):
        assert unpack(bundle, file, size).stdout == noise(70_000)


def test_a_file_that_ends_too_early_is_an_error(bundle: Path, tmp_path: Path) -> None:
    file = packed(tmp_path, noise(70_000))
    file.write_bytes(file.read_bytes()[:-1])
    assert b"the file ends too early" in unpack(bundle, file, 10_000).stderr


def test_bytes_that_are_not_packed_are_an_error(bundle: Path, tmp_path: Path) -> None:
    file = tmp_path / "plain"
    file.write_bytes(noise(70_000))
    assert re.match(rb"zstd: error \d+", unpack(bundle, file, 10_000).stderr)


def test_a_bundle_imports_nothing(bundle: Path, tmp_path: Path) -> None:
    run("bundle.mjs", SANDBOX / "worker.mjs", tmp_path / "worker.js")
    for script in (bundle, tmp_path / "worker.js"):
        text = script.read_text("utf-8")
        assert not re.search(r'(?:\A|;)import(?:["{*]| \w+ from)', text)
        assert not re.search(r'\bimport\("', text)
