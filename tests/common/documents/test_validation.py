"""Documents are looked into by a process that is bounded: what takes too long, takes too much or dies is a damaged document."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from clicksafely.common.documents import sandbox
from clicksafely.common.documents.validation import (
    BROKEN_PDF,
    DAMAGED,
    OLD_OFFICE,
    Document,
    DocumentRefused,
    check_document,
    recording_type,
)
from tests.awareness.library import making


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "document"


def refusal(path: Path) -> object:
    with pytest.raises(DocumentRefused) as refused:
        check_document(path)
    return refused.value.message


def test_a_pdf_has_its_pages_counted_and_is_drawn_where_that_is_asked_for(path: Path, tmp_path: Path) -> None:
    path.write_bytes(making.pdf(3))
    assert check_document(path) == Document("application/pdf", 3)
    assert list(tmp_path.iterdir()) == [path]
    check_document(path, picture=tmp_path / "picture.webp")
    assert (tmp_path / "picture.webp").read_bytes()[8:12] == b"WEBP"


@pytest.mark.parametrize(("content", "words"), [(making.pdf(), BROKEN_PDF), (making.docx(), DAMAGED)])
def test_what_takes_too_long_or_dies_is_damaged(
    path: Path, content: bytes, words: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path.write_bytes(content)
    monkeypatch.setattr(sandbox, "TIMEOUT_SECONDS", 0.01)
    assert refusal(path) is words
    monkeypatch.undo()
    dying = tmp_path / "dying"
    dying.write_text("#!/bin/sh\nkill -SEGV $$\n")
    dying.chmod(0o700)
    monkeypatch.setattr(sandbox.sys, "executable", str(dying))
    assert refusal(path) is words


@pytest.mark.parametrize("greedy", ["bytearray(3 * 1024**3)", "[bytes(1024**2) for _ in range(4096)]"])
def test_a_process_that_is_bound_gets_no_more_memory(greedy: str) -> None:
    code = f"from clicksafely.common.documents.exit_codes import limit_resources; limit_resources(); {greedy}"
    done = subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, text=True)
    assert (done.returncode, "MemoryError" in done.stderr) == (1, True)


@pytest.mark.parametrize("module", ["office_files", "pdf_page", "xlsx_reader", "text_extraction"])
def test_a_process_that_looks_into_one_loads_nothing_of_the_portal(module: str) -> None:
    code = f"import sys, clicksafely.common.documents.{module}; print({{'celery', 'django'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("set()\n", "")


def test_what_is_no_document_is_not_refused_but_somebody_elses(path: Path) -> None:
    for content in (b"", b"%PD", b"text", making.picture(), making.MP4):
        path.write_bytes(content)
        assert check_document(path) is None
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert refusal(path) is OLD_OFFICE


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (making.MP4, "video/mp4"),
        (making.M4A, "audio/mp4"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "video/webm"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska", None),
        (b"\x00\x00\x00\x18ftypheic", None),
        (b"\x00\x00\x00\x14ftyp", None),
        (b"", None),
    ],
)
def test_recordings(head: bytes, found: str | None) -> None:
    assert recording_type(head) == found
