"""`python -m clicksafely.common.documents.text_extraction FILE`: what a checked document says, read by a process with bounded memory and time.

Prints text as UTF-8: of a PDF its pages and what it says of itself, of an office document every XML part, once without its markup and once with spaces for it:
a word may be divided by markup, and so may two words. Exit codes are those of `Verdict`. Pictures of text say nothing.
"""

import re
import sys
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pypdfium2

from clicksafely.common.documents.exit_codes import ExitCode, limit_resources

MOST_CHARACTERS = 20_000_000
# A sign that begins markup within markup begins it anew: time grows with the length only.
_MARKUP = re.compile(r"<[^<>]*>")
APART = " ||||| "


def main(file: str) -> ExitCode:
    """The exit code."""
    limit_resources()
    path = Path(file)
    try:
        with path.open("rb") as opened:
            is_pdf = opened.read(5) == b"%PDF-"
        said = APART.join(_of_pdf(path) if is_pdf else _of_package(path))
    except (pypdfium2.PdfiumError, zipfile.BadZipFile, OSError, ValueError):
        return ExitCode.DAMAGED
    if len(said) > MOST_CHARACTERS:
        return ExitCode.TOO_LONG
    sys.stdout.buffer.write(said.encode("utf-8", "replace"))
    return ExitCode.TAKEN


def _of_pdf(path: Path) -> Iterator[str]:
    document = pypdfium2.PdfDocument(path)
    yield from document.get_metadata_dict().values()
    yield " ".join(page.get_textpage().get_text_range() for page in document)


def _of_package(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".xml"):
                text = archive.read(name).decode("utf-8", "replace")
                yield unescape(_MARKUP.sub("", text))
                yield " ".join(unescape(_MARKUP.sub(" ", text)).split())


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
