"""PDF files in tests: the content of their streams, and violations of PDF/UA-1 (ISO 14289-1)."""

import re
import zlib

import page as pdf_ua


def inflated(pdf: bytes) -> bytes:
    """Return the file and the content of all its compressed streams."""
    out = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            out.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(out)


def breaches(pdf: bytes) -> list[str]:
    """Return the violated rules, by a validator that is tested with the corpus of veraPDF."""
    report = pdf_ua.validate_pdf_bytes(pdf, profile="ua1")
    assert report.rules.total > 100
    return sorted({failure.rule_id for failure in report.failures})
