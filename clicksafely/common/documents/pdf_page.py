"""`python -m clicksafely.common.documents.pdf_page FILE [PICTURE]`: a process of its own, because what parses strangers' PDF may crash or never end.

Prints the number of pages and writes the first one to PICTURE (WebP). Exit codes are those of `Verdict`.
"""

import sys

import pypdfium2

from clicksafely.common.documents.exit_codes import ExitCode, limit_resources, write_result

WIDTH = 640
TALLEST = 1280


def main(file: str, picture: str = "") -> ExitCode:
    """The exit code."""
    limit_resources()
    try:
        document = pypdfium2.PdfDocument(file)
        pages = len(document)
        if not pages:
            return ExitCode.DAMAGED
        if picture:
            _draw(document[0], picture)
    except pypdfium2.PdfiumError as error:
        return ExitCode.LOCKED if "password" in str(error).lower() else ExitCode.DAMAGED
    write_result(pages)
    return ExitCode.TAKEN


def _draw(page: pypdfium2.PdfPage, picture: str) -> None:
    width, height = page.get_size()
    scale = min(WIDTH / max(width, 1), TALLEST / max(height, 1))
    page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB").save(picture, "WEBP", quality=80)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
