"""Our snippets in nginx and in Caddy: types, caching, packed copies, nothing against frames."""

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from site_build.hashed import hashed
from site_build.headers import FOREVER
from site_build.packing import precompress
from tests.conftest import Site
from tests.hosting.servers import SERVERS

pytestmark = pytest.mark.verify
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".md": "text/markdown; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".wasm": "application/wasm",
    ".zst": "application/zstd",
    ".whl": "application/zip",
    ".zip": "application/zip",
}
# What no page of ours has, and an embed or a later release may.
FURTHER = {"assets/extra.mjs": b"1;", "assets/extra.wasm": b"\0asm", "assets/extra.whl": b"PK"}


@pytest.fixture(scope="module")
def packed(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the site with packed texts beside it."""
    folder = tmp_path_factory.mktemp("hosted") / "site"
    shutil.copytree(site.folder, folder)
    for name, content in FURTHER.items():
        (folder / name).write_bytes(content)
    assert precompress(folder) > 100
    return folder


@pytest.fixture(scope="module", params=SERVERS)
def client(
    request, packed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """A client of the served site, which accepts no packed answers unless told to."""
    with (
        SERVERS[request.param](packed, tmp_path_factory.mktemp(request.param)) as address,
        httpx.Client(base_url=address, headers={"Accept-Encoding": "identity"}) as client,
    ):
        yield client


def one_of_each(packed: Path) -> dict[str, Path]:
    found = {path.suffix: path for path in sorted(packed.rglob("*")) if path.suffix in TYPES}
    assert found.keys() == TYPES.keys()
    return found


def test_each_type_is_told(client: httpx.Client, packed: Path) -> None:
    for suffix, path in one_of_each(packed).items():
        answer = client.get(f"/{path.relative_to(packed)}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].split(";")[0] == TYPES[suffix].split(";")[0]
        if "charset" in TYPES[suffix]:
            assert answer.headers["content-type"].lower() == TYPES[suffix], suffix
        assert answer.content == path.read_bytes()


def test_hashed_files_stay_and_all_others_are_asked_for_again(client, packed: Path) -> None:
    forever = set(hashed(packed))
    assert forever
    for path in packed.rglob("*"):
        name = str(path.relative_to(packed))
        if path.is_file() and path.suffix not in {".gz", ".map"}:
            address = f"/{name.removesuffix('index.html')}"
            told = client.head(address).headers["cache-control"]
            assert told == (FOREVER if name in forever else "no-cache"), name


def test_an_unchanged_page_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get("/en/")
    known = {"If-None-Match": first.headers["etag"]}
    assert client.get("/en/", headers=known).status_code == 304


@pytest.mark.parametrize(
    "address", ["/", "/en/sequential-order/", "/assets/sandbox.en.js", "/nothing/"]
)
def test_every_answer_may_be_used_by_an_embed_and_framed(client, address: str) -> None:
    headers = client.get(address).headers
    assert headers["access-control-allow-origin"] == "*"
    assert headers["x-content-type-options"] == "nosniff"
    assert not {"x-frame-options", "content-security-policy"} & set(headers)


def test_what_is_not_there_is_the_page_that_says_so(client, packed: Path) -> None:
    answer = client.get("/nothing/")
    assert answer.status_code == 404
    assert answer.content == (packed / "404.html").read_bytes()


def test_a_page_without_its_slash_leads_to_it(client: httpx.Client) -> None:
    answer = client.get("/en/sequential-order")
    assert answer.status_code in (301, 308)
    assert httpx.URL(answer.headers["location"]).path == "/en/sequential-order/"


def test_the_packed_copy_is_sent_as_it_is(client: httpx.Client, packed: Path) -> None:
    with client.stream("GET", "/en/", headers={"Accept-Encoding": "gzip"}) as answer:
        sent = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in answer.headers["vary"].lower()
    assert sent == (packed / "en" / "index.html.gz").read_bytes()
    assert gzip.decompress(sent) == (packed / "en" / "index.html").read_bytes()


def test_what_is_packed_already_is_not_packed_again(client: httpx.Client, packed: Path) -> None:
    name = next(name for name in hashed(packed) if name.endswith(".wasm.zst"))
    answer = client.get(f"/{name}", headers={"Accept-Encoding": "gzip, zstd"})
    assert "content-encoding" not in answer.headers
    assert answer.content == (packed / name).read_bytes()
