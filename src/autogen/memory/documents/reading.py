"""The text of files and of pages of the web."""

from __future__ import annotations

import hashlib
import logging
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse

from autogen.errors import MissingExtra
from autogen.memory.documents.chunks import split_text_to_chunks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_logger = logging.getLogger("autogen")

TEXT_FORMATS = ["txt", "json", "csv", "tsv", "md", "html", "htm", "rtf", "rst", "jsonl", "log", "xml", "yaml", "yml",
                "pdf"]  # fmt: skip
"""Endings of the files that are read."""
_FETCH_S = 30.0
_MAX_BYTES = 50_000_000
_DOWNLOADS = "tmp/documents"


def is_url(string: str) -> bool:
    """Tell whether a text is an address with a scheme and a host."""
    try:
        parts = urlparse(string)
    except ValueError:
        return False
    return bool(parts.scheme and parts.netloc)


def extract_text_from_pdf(file: str) -> str:
    """Return the text of a PDF; empty, with a warning, where it has none or cannot be read without a password.

    Raises:
        MissingExtra: pypdf is not installed.
    """
    try:
        import pypdf  # noqa: PLC0415 - an extra
        from pypdf.errors import FileNotDecryptedError  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingExtra("documents", needed_by="the text of a PDF") from None
    try:
        text = "".join(page.extract_text() for page in pypdf.PdfReader(file).pages)
    except FileNotDecryptedError as error:
        _logger.warning("The PDF %s cannot be read: %s", file, error)
        return ""
    if not text.strip():
        _logger.warning("The PDF %s holds no text.", file)
    return text


def parse_html_to_markdown(html: str, url: str | None = None) -> str:
    """Return a page as Markdown under its title, without scripts and styles; of a page of Wikipedia, the article.

    Raises:
        MissingExtra: markdownify is not installed.
    """
    try:
        import bs4  # noqa: PLC0415 - an extra
        import markdownify  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingExtra("documents", needed_by="a page of the web as Markdown") from None
    page = bs4.BeautifulSoup(html, "html.parser")
    title = page.title.get_text().strip() if page.title else ""
    for part in page(["script", "style"]):
        part.decompose()
    article: Any = (
        page.find("div", {"id": "mw-content-text"}) if (url or "").startswith("https://en.wikipedia.org/") else None
    )
    text: str = markdownify.MarkdownConverter().convert_soup(article or page)
    body = re.sub(r"\n{2,}", "\n\n", text.replace("\r\n", "\n")).strip()
    return f"# {title}\n\n{body}" if title else body


def get_file_from_url(url: str, save_path: str | None = None) -> tuple[str, str] | None:
    """Fetch a file, a page as Markdown; return where it is and its address, or `None`, with a warning, where that fails.

    Args:
        url: its address.
        save_path: a file or an existing folder; by default the folder "tmp/documents".
    """
    import httpx2  # noqa: PLC0415 - heavy, and only for documents on the web

    try:
        with httpx2.stream("GET", url, follow_redirects=True, timeout=_FETCH_S) as answer:
            answer.raise_for_status()
            data = _at_most(answer.iter_bytes(), url)
            is_page = "text/html" in answer.headers.get("content-type", "")
            encoding = answer.encoding or "utf-8"
    except (httpx2.HTTPError, ValueError) as error:
        _logger.warning("%s cannot be fetched: %s", url, error)
        return None
    path = _place_for(url, save_path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if is_page:
        path.write_text(parse_html_to_markdown(data.decode(encoding, "replace"), url), encoding="utf-8")
    else:
        path.write_bytes(data)
    return str(path), url


def _at_most(pieces: Iterable[bytes], url: str) -> bytes:
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > _MAX_BYTES:
            raise ValueError(f"{url} is larger than {_MAX_BYTES} bytes")
    return bytes(data)


def _place_for(url: str, save_path: str | None) -> Path:
    if save_path is not None and not Path(save_path).is_dir():
        return Path(save_path)
    parts = urlparse(url)
    mark = hashlib.blake2b(url.encode(), digest_size=4).hexdigest()
    name = re.sub(r"[^\w.-]", "_", f"{parts.netloc}_{Path(parts.path).name}_{mark}")[-200:]
    return Path(save_path or _DOWNLOADS) / name


def get_files_from_dir(
    dir_path: str | Sequence[str],
    types: Sequence[str] = TEXT_FORMATS,
    recursive: bool = True,  # noqa: FBT001, FBT002 - the classic signature
) -> list[Any]:
    """Return the files of these endings in a folder; a file as it is; an address fetched, as `(file, address)`.

    Raises:
        ValueError: no endings, or no such folder; in a list, what is not there is passed over with a warning.
    """
    if not types:
        raise ValueError("types cannot be empty: give the endings of the files to read.")
    if not isinstance(dir_path, str):
        return [file for item in dir_path for file in _files_of_item(item, types, recursive)]
    if os.path.isfile(dir_path):  # noqa: PTH113 - an address is a path that is not there
        return [dir_path]
    if is_url(dir_path):
        fetched = get_file_from_url(dir_path)
        return [fetched] if fetched else []
    if not Path(dir_path).exists():
        raise ValueError(f"Directory {dir_path} does not exist.")
    endings = {f".{kind.lower().removeprefix('.')}" for kind in types}
    found = Path(dir_path).rglob("*") if recursive else Path(dir_path).glob("*")
    return sorted(str(path) for path in found if path.is_file() and path.suffix.lower() in endings)


def _files_of_item(item: str, types: Sequence[str], recursive: bool) -> list[Any]:  # noqa: FBT001 - as above
    try:
        return get_files_from_dir(item, types, recursive)
    except ValueError as error:
        _logger.warning("%s It is passed over.", error)
        return []


def split_files_to_chunks(
    files: Sequence[str | tuple[str, str]],
    max_tokens: int = 4000,
    chunk_mode: str = "multi_lines",
    must_break_at_empty_line: bool = True,  # noqa: FBT001, FBT002 - the classic signature
    custom_text_split_function: Callable[[str], list[str]] | None = None,
) -> tuple[list[str], list[dict[str, str]]]:
    """Return the chunks of files, as `split_text_to_chunks` or a function of yours makes them, and the source of each.

    A file is a path, or `(path, address)`, whose source is the address.
    """
    chunks: list[str] = []
    sources: list[dict[str, str]] = []
    for file in files:
        path, source = (file, file) if isinstance(file, str) else file
        is_pdf = path.lower().endswith(".pdf")
        text = extract_text_from_pdf(path) if is_pdf else Path(path).read_text("utf-8", errors="ignore")
        if not text.strip():
            _logger.warning("The file %s holds no text.", path)
            continue
        split = custom_text_split_function
        found = split(text) if split else split_text_to_chunks(text, max_tokens, chunk_mode, must_break_at_empty_line)
        chunks += found
        sources += [{"source": source}] * len(found)
    return chunks, sources
