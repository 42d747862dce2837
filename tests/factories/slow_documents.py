"""Documents of drawn lines and empty text that are expensive to read."""

import random
import zlib

from tests.factories.library import docx

MEGABYTE = 1024 * 1024


def pdf_of_lines(lines: int) -> bytes:
    """Return a PDF of one page on which the same line is drawn `lines` times. It is small: the content is compressed."""
    content = zlib.compress(b"0 0 m 595 842 l S\n" * lines, 9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)


def docx_of_megabytes(megabytes: int) -> bytes:
    """Return a DOCX that unpacks to so much: nearly as steeply as is accepted."""
    noise = random.Random(0).randbytes(6 * 1024)
    return docx(word__document__xml=(noise + bytes(MEGABYTE - len(noise))) * megabytes)
