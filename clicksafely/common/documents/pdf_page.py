"""Renders a PDF; runs in `clicksafely.common.sandbox`, because the parser may crash or hang."""

import sys
from io import BytesIO

import pypdfium2
from PIL import Image, WebPImagePlugin  # noqa: F401 - the sandbox loads no module later

from clicksafely.common.documents.exit_codes import ExitCode

WIDTH = 640
TALLEST = 1280


Image.preinit()


def main(*drawn: str) -> ExitCode:
    """Print the number of pages and return the exit code. `main("drawn")` also prints the first page as WebP."""
    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer)
        pages = len(document)
        if not pages:
            return ExitCode.DAMAGED
        picture = _draw(document[0]) if drawn else b""
    except pypdfium2.PdfiumError as error:
        return ExitCode.LOCKED if "password" in str(error).lower() else ExitCode.DAMAGED
    sys.stdout.buffer.write(f"{pages}\n".encode() + picture)
    return ExitCode.TAKEN


def _draw(page: pypdfium2.PdfPage) -> bytes:
    width, height = page.get_size()
    scale = min(WIDTH / max(width, 1), TALLEST / max(height, 1))
    out = BytesIO()
    page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB").save(out, "WEBP", quality=80)
    return out.getvalue()
