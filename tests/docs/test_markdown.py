"""A piece of a built page as Markdown."""

import pytest

from site_build.machines.markdown import lean, markdown

ADDRESS = "https://docs.example.test/guide/en/page/"


def written(html: str) -> str:
    return markdown(lean(html), ADDRESS).strip()


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h2 id='x'>Why<a class='headerlink' href='#x'>¶</a></h2>", "## Why"),
        ("<p><a href='../other/#there'>there</a></p>", f"[there]({ADDRESS[:-5]}other/#there)"),
        ("<p>out at <span class='claim' data-claim='a/b end'>10 s</span></p>", "out at 10 s"),
        ("<p><a class='claim' href='../evidence/#row' title='t'>lost</a></p>", "lost"),
        ("<p>send_email of *args and _x, a[0]</p>", r"send_email of \*args and \_x, a\[0\]"),
        ("<p>up to &lt;b&gt;</p>", r"up to \<b>"),
        (
            "<div class='run-bar'><p>Recorded</p></div><div><svg><text>5</text></svg></div>",
            "Recorded",
        ),
        (
            "<details><summary aria-label='As text'>Text</summary><p>in it</p></details>",
            "**As text**\n\nin it",
        ),
        ("<form class='choose'><p>Answer</p></form><p>after it</p>", "after it"),
    ],
)
def test_what_a_reader_sees_is_written(html: str, expected: str) -> None:
    assert written(html) == expected


def test_a_listing_is_a_fence_that_no_line_of_it_closes() -> None:
    code = "<span></span><code>a = <span class='n'>b</span>  <span># (1)!</span>\n\n\n```\n</code>"
    html = f"<span class='filename'>a.py</span><pre>{code}</pre>"
    assert (
        written(f"<div class='language-python highlight'>{html}</div>")
        == "`a.py`\n\n````python\na = b  # (1)\n\n\n```\n````"
    )


def test_a_cell_that_spans_rows_or_columns_is_repeated() -> None:
    html = (
        "<table><thead><tr><th>x</th><th>y</th><th>z</th></tr></thead><tbody>"
        "<tr><th rowspan='2'>a|b</th><td colspan='2'>1</td></tr>"
        "<tr><td>2</td><td>3</td></tr></tbody></table>"
    )
    rows = ["| x | y | z |", "| --- | --- | --- |", r"| a\|b | 1 | 1 |", r"| a\|b | 2 | 3 |"]
    assert written(html).splitlines() == rows
