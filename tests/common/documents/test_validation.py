"""Documents are read by a limited process: exceeded time or memory and crashes mean a damaged document."""

import subprocess
import sys
from functools import partial
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
from clicksafely.common.sandbox import runner
from tests.common.sandbox.test_runner import JOBS, READERS
from tests.factories import library as library_factory


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "document"


def refusal(path: Path) -> object:
    with pytest.raises(DocumentRefused) as refused:
        check_document(path)
    return refused.value.message


def test_a_pdf_has_its_pages_counted_and_is_rendered_on_request(path: Path, tmp_path: Path) -> None:
    path.write_bytes(library_factory.pdf(3))
    assert check_document(path) == Document("application/pdf", 3)
    assert list(tmp_path.iterdir()) == [path]
    check_document(path, picture=tmp_path / "picture.webp")
    assert (tmp_path / "picture.webp").read_bytes()[8:12] == b"WEBP"


@pytest.mark.parametrize(("content", "words"), [(library_factory.pdf(), BROKEN_PDF), (library_factory.docx(), DAMAGED)])
def test_failing_decoder_reports_a_damaged_document(
    path: Path, content: bytes, words: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(content)
    if runner._server:
        runner._end_server(runner._server)
    monkeypatch.setattr(runner.sys, "executable", "/bin/false")
    assert refusal(path) is words
    monkeypatch.undo()
    run = runner.run_sandboxed
    for act in ("crash", "spin"):
        monkeypatch.setattr(
            sandbox, "run_sandboxed", lambda *_args, act=act, content: run(JOBS, [act], content=content, seconds=1)
        )
        assert refusal(path) is words


def test_busy_sandbox_refuses_the_document(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "place_in_pool", partial(runner.place_in_pool, seconds=0.01))
    path.write_bytes(library_factory.pdf())
    with runner.place_in_pool(), runner.place_in_pool():
        assert refusal(path) is sandbox.BUSY


def test_a_sandboxed_process_loads_nothing_of_the_portal() -> None:
    modules = (*READERS, "clicksafely.common.mail.confined_dsn", "hotline.intake.email.confined_parser")
    code = f"import sys, {', '.join(modules)}; print({{'celery', 'django'}} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, text=True)
    assert (result.stdout, result.stderr) == ("set()\n", "")


def test_other_types_return_none(path: Path) -> None:
    for content in (b"", b"%PD", b"text", library_factory.picture(), library_factory.MP4):
        path.write_bytes(content)
        assert check_document(path) is None
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert refusal(path) is OLD_OFFICE


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (library_factory.MP4, "video/mp4"),
        (library_factory.M4A, "audio/mp4"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "video/webm"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska", None),
        (b"\x00\x00\x00\x18ftypheic", None),
        (b"\x00\x00\x00\x14ftyp", None),
    ],
)
def test_recordings(head: bytes, found: str | None) -> None:
    assert recording_type(head) == found
