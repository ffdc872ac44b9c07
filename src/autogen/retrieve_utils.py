"""Classic import path: documents as text in pieces."""

from autogen.memory.documents.chunks import RAG_MINIMUM_MESSAGE_LENGTH, VALID_CHUNK_MODES, split_text_to_chunks
from autogen.memory.documents.reading import (
    TEXT_FORMATS,
    extract_text_from_pdf,
    get_file_from_url,
    get_files_from_dir,
    is_url,
    parse_html_to_markdown,
    split_files_to_chunks,
)

__all__ = [
    "RAG_MINIMUM_MESSAGE_LENGTH",
    "TEXT_FORMATS",
    "VALID_CHUNK_MODES",
    "extract_text_from_pdf",
    "get_file_from_url",
    "get_files_from_dir",
    "is_url",
    "parse_html_to_markdown",
    "split_files_to_chunks",
    "split_text_to_chunks",
]
