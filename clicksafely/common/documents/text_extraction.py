"""Extracts the text of a validated document; runs in `clicksafely.common.sandbox`."""

import re
import sys
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import BinaryIO

import pypdfium2

from clicksafely.common.documents.exit_codes import ExitCode

MAX_CHARACTERS = 20_000_000
# A markup character inside markup restarts it, so that time is linear in the length.
_MARKUP = re.compile(r"<[^<>]*>")
APART = " ||||| "


def main() -> ExitCode:
    """Print the text (UTF-8) and return the exit code. Images of text are not read.

    The text of a PDF is that of its pages and metadata. Every XML part of an office document is printed twice: with
    markup removed, and with markup replaced by spaces. Markup may divide a word or separate two.
    """
    file = sys.stdin.buffer
    try:
        is_pdf = file.read(5) == b"%PDF-"
        file.seek(0)
        text = APART.join(_of_pdf(file) if is_pdf else _of_package(file))
    except (pypdfium2.PdfiumError, zipfile.BadZipFile, OSError, ValueError):
        return ExitCode.DAMAGED
    if len(text) > MAX_CHARACTERS:
        return ExitCode.TOO_LONG
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    return ExitCode.TAKEN


def _of_pdf(file: BinaryIO) -> Iterator[str]:
    document = pypdfium2.PdfDocument(file)
    yield from document.get_metadata_dict().values()
    yield " ".join(page.get_textpage().get_text_range() for page in document)


def _of_package(file: BinaryIO) -> Iterator[str]:
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            if name.endswith(".xml"):
                text = archive.read(name).decode("utf-8", "replace")
                yield unescape(_MARKUP.sub("", text))
                yield " ".join(unescape(_MARKUP.sub(" ", text)).split())
