"""Documents as text in pieces: chunks, files of a folder, pages of the web, PDF."""

from __future__ import annotations

import functools
import http.server
import itertools
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pypdf
import pytest

from autogen.retrieve_utils import (
    TEXT_FORMATS,
    extract_text_from_pdf,
    get_file_from_url,
    get_files_from_dir,
    is_url,
    parse_html_to_markdown,
    split_files_to_chunks,
    split_text_to_chunks,
)
from autogen.token_count_utils import count_token

if TYPE_CHECKING:
    from collections.abc import Iterator

LINES = "\n".join(f"line number {n:03}" for n in range(100))
PARAGRAPHS = "\n\n".join(f"First line of {n:02}.\nSecond line of {n:02}." for n in range(40))
PAGE = """<html><head><title> A page </title><style>p {}</style><script>x()</script></head>
<body><h2>Part</h2><p>Some <b>words</b>.</p>\r\n\r\n\r\n<div id="mw-content-text"><p>The article.</p></div></body></html>"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            pass

    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "page.html").write_text(PAGE)
    (folder / "data.csv").write_text("a,b\n1,2\n")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def pdf_of(text: str) -> bytes:
    """Return a PDF with one page that shows a text."""
    shown = f"BT /F1 12 Tf 10 100 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    data, places = b"%PDF-1.4\n", list[int]()
    for number, each in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(data),
    )


def test_a_text_that_fits_is_one_chunk_and_one_that_says_nothing_is_none() -> None:
    assert split_text_to_chunks(" A short text. \n") == ["A short text."]
    assert split_text_to_chunks("Hi") == []


@pytest.mark.parametrize("breaks", [True, False])
def test_chunks_hold_whole_lines_and_fit(breaks: bool) -> None:
    chunks = split_text_to_chunks(LINES, max_tokens=60, must_break_at_empty_line=breaks)
    assert "\n".join(chunks) == LINES
    assert max(map(count_token, chunks)) <= 60


def test_chunks_end_at_empty_lines_where_there_are_some() -> None:
    chunks = split_text_to_chunks(PARAGRAPHS, max_tokens=60)
    assert {chunk.splitlines()[0][:13] for chunk in chunks} == {"First line of"}
    assert "\n\n".join(chunks) == PARAGRAPHS


def test_a_line_can_be_a_chunk() -> None:
    assert split_text_to_chunks(LINES, max_tokens=60, chunk_mode="one_line") == LINES.split("\n")


def test_chunks_can_repeat_lines() -> None:
    chunks = split_text_to_chunks(LINES, max_tokens=60, overlap=2)
    for before, after in itertools.pairwise(chunks):
        assert before.splitlines()[-2:] == after.splitlines()[:2]
    assert len(split_text_to_chunks(LINES, max_tokens=60, overlap=1000)) <= 100


def test_a_line_that_does_not_fit_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    chunks = split_text_to_chunks("x" * 1000, max_tokens=50)
    assert "".join(chunks) == "x" * 1000
    assert max(map(count_token, chunks)) <= 50
    assert "is too small for a line" in caplog.text


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(AssertionError, match="chunk_mode='words'"):
        split_text_to_chunks("text", chunk_mode="words")


@pytest.mark.parametrize(
    ("text", "is_one"), [("https://x.org/a", True), ("x.org/a", False), ("", False), ("http://[", False)]
)
def test_an_address_is_told_from_other_text(text: str, is_one: bool) -> None:
    assert is_url(text) is is_one


def test_a_pdf_is_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "hello.pdf"
    path.write_bytes(pdf_of("Hello World"))
    assert extract_text_from_pdf(str(path)).strip() == "Hello World"
    path.write_bytes(pdf_of(""))
    assert extract_text_from_pdf(str(path)) == ""
    assert "holds no text" in caplog.text


def test_a_pdf_behind_a_password_has_no_text(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "hello.pdf"
    path.write_bytes(pdf_of("Hello World"))
    writer = pypdf.PdfWriter(clone_from=str(path))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(str(path))
    assert extract_text_from_pdf(str(path)) == ""
    assert "cannot be read" in caplog.text


def test_a_page_becomes_markdown() -> None:
    text = parse_html_to_markdown(PAGE)
    assert text.startswith("# A page\n\n")
    assert "Some **words**." in text
    assert "x()" not in text
    assert parse_html_to_markdown(PAGE, "https://en.wikipedia.org/wiki/X") == "# A page\n\nThe article."
    assert parse_html_to_markdown("<p>Bare.</p>") == "Bare."


def test_files_are_fetched_pages_as_markdown(
    site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    found = get_file_from_url(f"{site}/page.html")
    assert found is not None
    assert (Path(found[0]).parent, found[1]) == (Path("tmp/documents"), f"{site}/page.html")
    assert Path(found[0]).read_text().startswith("# A page")
    assert get_file_from_url(f"{site}/data.csv", "here.csv") == ("here.csv", f"{site}/data.csv")
    assert Path("here.csv").read_text() == "a,b\n1,2\n"
    assert get_file_from_url(f"{site}/missing.txt") is None
    assert "cannot be fetched" in caplog.text


def test_the_files_of_a_folder_are_found_by_their_endings(
    site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "folder"
    (folder / "inner").mkdir(parents=True)
    for name in ("a.txt", "b.MD", "c.exe", "inner/d.txt"):
        (folder / name).write_text(f"Text of {name}.")
    inside = [str(folder / name) for name in ("a.txt", "b.MD", "inner/d.txt")]
    assert get_files_from_dir(str(folder)) == inside
    assert get_files_from_dir(str(folder), types=[".txt"], recursive=False) == inside[:1]
    mixed = get_files_from_dir([str(folder), f"{site}/data.csv", f"{site}/missing", "nowhere", str(folder / "c.exe")])
    assert mixed[:3] + mixed[4:] == [*inside, str(folder / "c.exe")]
    assert mixed[3][1] == f"{site}/data.csv"
    assert "Directory nowhere does not exist. It is passed over." in caplog.text
    with pytest.raises(ValueError, match="types cannot be empty"):
        get_files_from_dir(str(folder), types=[])


def test_files_become_chunks_with_their_sources(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    text, empty, pdf = (tmp_path / name for name in ("a.txt", "empty.txt", "b.pdf"))
    text.write_text(LINES)
    empty.write_text(" \n")
    pdf.write_bytes(pdf_of("Hello World"))
    chunks, sources = split_files_to_chunks([str(text), str(empty), (str(pdf), "https://x.org/b.pdf")], max_tokens=300)
    assert chunks[-1] == "Hello World"
    assert [source["source"] for source in sources] == [str(text)] * (len(chunks) - 1) + ["https://x.org/b.pdf"]
    assert "holds no text" in caplog.text
    assert split_files_to_chunks([str(text)], custom_text_split_function=str.splitlines)[0] == LINES.split("\n")
    assert "pdf" in TEXT_FORMATS
