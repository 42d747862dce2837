"""Only confined processes decode files of other people, of editors too. Other modules with such a library draw."""

from typing import Final

from tests.security.imports import imported, trees

LIBRARIES: Final = ("PIL", "pypdfium2", "openpyxl.load_workbook")
# Run by the sandbox; `tests/common/documents/test_validation.py` checks that they load nothing of the portal.
CONFINED: Final = {
    "clicksafely/common/files/image_renderer.py",
    "clicksafely/common/documents/pdf_page.py",
    "clicksafely/common/documents/text_extraction.py",
    "clicksafely/common/documents/xlsx_reader.py",
    "hotline/triage/hash_lists/picture_reader.py",
}
DRAWING: Final = {
    "awareness/social_images/render.py": "titles of pages, with drawings and a font of the portal",
    "awareness/news/content.py": "demonstration news",
    "hotline/demo/cases.py": "demonstration cases",
    "clicksafely/devserver/mock_services/generated_messages.py": "messages of tests and benchmarks",
}


def test_no_other_module_decodes() -> None:
    found = {
        path
        for path in trees()
        if any(name == library or name.startswith(f"{library}.") for name in imported(path) for library in LIBRARIES)
    }
    assert found == CONFINED | set(DRAWING)


def test_only_confined_processes_read_messages() -> None:
    """MIME, TNEF, RTF and HTML of e-mail: bytes go in, texts, digests and header lines come out."""
    email, mail = "hotline.intake.email", "clicksafely.common.mail"
    readers = {
        f"{email}.{name}" for name in ("parser.read_message", "rtf.read_rtf", "tnef.read_tnef", "html.read_html")
    }
    readers |= {f"{mail}.dsn.{name}" for name in ("parse_report", "is_delivery_report", "recipients_in_words")}
    readers |= {f"{mail}.mime.MimeWalker", f"{mail}.headers.read_headers"}
    found = {path for path in trees() if imported(path) & readers}
    confined = {"clicksafely/common/mail/confined_dsn.py", "hotline/intake/email/confined_parser.py"}
    assert found == confined | {
        "clicksafely/common/mail/dsn.py",
        "clicksafely/common/mail/mime.py",
        "hotline/intake/email/parser.py",
    }
