"""`python -m awareness.library.pdfpage FILE PICTURE`: a process of its own, because what parses strangers' PDF may crash or never end.

Writes the first page to PICTURE (WebP) and prints the number of pages; exit code 3 where a password is asked, 4 where it is no PDF.
"""

import resource
import sys

import pypdfium2

WIDTH = 640
TALLEST = 1280
MEMORY = 2 * 1024**3
CPU_SECONDS = 20
PASSWORD, BROKEN = 3, 4


def main(file: str, picture: str) -> int:
    """Exit code of the process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    try:
        document = pypdfium2.PdfDocument(file)
        pages = len(document)
        if not pages:
            return BROKEN
        page = document[0]
        width, height = page.get_size()
        scale = min(WIDTH / max(width, 1), TALLEST / max(height, 1))
        page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB").save(picture, "WEBP", quality=80)
    except pypdfium2.PdfiumError as error:
        return PASSWORD if "password" in str(error).lower() else BROKEN
    sys.stdout.write(str(pages))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
