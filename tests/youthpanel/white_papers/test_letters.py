"""Letters of addressees: uploads and refusals, the public ledger, removal, and files without a row."""

import os
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.utils import timezone

from clicksafely.common.models import AuditEvent
from clicksafely.common.page_cache import content_version
from tests.clients.staff import Person
from tests.database import as_role_of
from tests.factories.library import docx, pdf
from tests.factories.papers import both, content, issue, make_handover, make_paper
from tests.factories.youthpanel import make_member, make_recommendation
from tests.youthpanel.white_papers.documents.test_documents import ABOUT
from youthpanel.meetings.storage import delete_orphans
from youthpanel.models import EditionFormat, Recommendation, Response, ResponseLetter
from youthpanel.states import ResponseKind
from youthpanel.white_papers import letters, publishing
from youthpanel.white_papers.documents.render import render_file
from youthpanel.white_papers.services import record_response

pytestmark = pytest.mark.django_db
BASE = "/admin/youthpanel"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    """The folder of letters, which does not exist yet."""
    with override_settings(MEDIA_ROOT=tmp_path):
        yield tmp_path / "panel" / "letters"


@pytest.fixture
def recommendation() -> Recommendation:
    return make_recommendation(slug="cas")


@pytest.fixture
def response(coordinator: Person, recommendation: Recommendation, monkeypatch: pytest.MonkeyPatch) -> Response:
    """An answer of today."""
    monkeypatch.setattr(publishing, "render_file", lambda content, about, *, language, form: b"x")
    now = timezone.now()
    make_handover(issue(make_paper(recommendation), coordinator.user, now=now - timedelta(days=3)), coordinator.user)
    return record_response(
        recommendation=recommendation,
        kind=ResponseKind.ACCEPTED,
        on=timezone.localdate(now),
        text=both("Биће."),
        source="Допис 1",
        actor=coordinator.user,
        now=now,
    )


def send(coordinator: Person, response: Response, file_bytes: bytes | None, **changes: str) -> Any:
    form: dict[str, Any] = {
        "title_sr": "Допис Министарства",
        "title_en": "",
        "description_sr": "Министарство пише да ће часови почети на јесен.",
        "description_en": "The Ministry writes that lessons will begin in autumn.",
        **changes,
    }
    if file_bytes is not None:
        form["file"] = SimpleUploadedFile("a.pdf", file_bytes, "application/pdf")
    with as_role_of("staff"):
        return coordinator.client.post(f"{BASE}/response/{response.pk}/letter/", form)


def test_a_letter_is_public_with_its_answer(
    coordinator: Person, response: Response, client: Client, folder: Path
) -> None:
    before = content_version.current()
    assert send(coordinator, response, pdf(3)).status_code == 302
    assert content_version.current() > before
    letter = ResponseLetter.objects.get()
    assert letter.pages == 3
    assert [path.name for path in folder.iterdir()] == [str(letter.uuid)]
    assert AuditEvent.objects.filter(action="letter.added").count() == 1
    with as_role_of("public"):
        page = client.get("/en/youth-panel/recommendations/cas/").content.decode()
    assert 'lang="sr-Cyrl">Допис Министарства' in page
    assert "in autumn" in page
    address = re.search(r'href="(/en/youth-panel/letters/[^"]+)"', page)
    assert address
    with as_role_of("public"):
        file_response = client.get(address[1])
        assert b"".join(file_response.streaming_content) == pdf(3)  # type: ignore[attr-defined]
    assert file_response.headers["Content-Type"] == "application/pdf"
    assert file_response.headers["Content-Disposition"] == 'attachment; filename="dopis-ministarstva.pdf"'
    assert file_response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in file_response.headers["Content-Security-Policy"]
    assert client.get("/en/youth-panel/letters/3f0c8f4e-9a5b-4a0a-8b0c-000000000000.pdf").status_code == 404
    assert client.post(address[1]).status_code == 405


def test_refused_letter_is_not_stored(coordinator: Person, response: Response, folder: Path) -> None:
    refused: tuple[tuple[bytes | None, dict[str, str], str], ...] = (
        (None, {}, "file"),
        (pdf() + b"%" * 10 * 1024 * 1024, {}, "file"),
        (b"<html><script>alert(1)</script>", {}, "file"),
        (pdf(locked=True), {}, "file"),
        (docx(), {}, "file"),
        (pdf(), {"title_sr": " "}, "title_sr"),
        (pdf(), {"description_sr": ""}, "description_sr"),
    )
    for file_bytes, changes, field in refused:
        answer = send(coordinator, response, file_bytes, **changes)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not ResponseLetter.objects.exists()
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_letter_with_a_name_of_a_member_or_without_the_keys_is_refused(
    coordinator: Person, response: Response, folder: Path
) -> None:
    make_member(contact={"name": "Милица Стојановић"})
    named = render_file(content(title=both("Милица Стојановић")), ABOUT, language="sr", form=EditionFormat.PDF)
    answer = send(coordinator, response, named)
    assert list(answer.context["form"].errors) == ["file"]
    answer = send(coordinator, response, pdf(), description_sr="Милица Стојановић пита.")
    assert list(answer.context["form"].errors) == ["description_sr"]
    with override_settings(SEALING_PRIVATE_KEYS=Path("/nonexistent")):
        answer = send(coordinator, response, pdf())
    assert list(answer.context["form"].errors) == ["file"]
    assert not ResponseLetter.objects.exists()
    assert list(folder.iterdir()) == []
    assert AuditEvent.objects.filter(action="names.searched", data={"found": 1}).count() == 2


def test_a_removed_letter_is_deleted_from_pages_and_disk(
    coordinator: Person, response: Response, client: Client, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    send(coordinator, response, pdf())
    letter = ResponseLetter.objects.get()
    page = coordinator.client.get(f"{BASE}/response/{response.pk}/change/").content.decode()
    assert "Допис Министарства" in page
    file_response = coordinator.client.get(f"{BASE}/letter/{letter.pk}/file/")
    assert b"".join(file_response.streaming_content) == pdf()  # type: ignore[attr-defined]
    before = content_version.current()
    assert coordinator.client.get(f"{BASE}/letter/{letter.pk}/remove/").status_code == 302
    with django_capture_on_commit_callbacks(execute=True):
        assert coordinator.client.post(f"{BASE}/letter/{letter.pk}/remove/").status_code == 302
    assert content_version.current() > before
    assert not ResponseLetter.objects.exists()
    assert list(folder.iterdir()) == []
    assert client.get(f"/sr/youth-panel/letters/{letter.uuid}.pdf").status_code == 404
    assert "Допис Министарства" not in client.get("/sr/youth-panel/recommendations/cas/").content.decode()


def test_a_letter_without_a_row_is_deleted_after_a_day(
    coordinator: Person, response: Response, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(coordinator, response, pdf())
    for name, age in (("old", 2), ("new", 0)):
        (folder / name).write_bytes(b"x")
        moment = time.time() - age * 86400
        os.utime(folder / name, (moment, moment))
    letter = ResponseLetter.objects.get()
    os.utime(folder / str(letter.uuid), (1, 1))
    # An answer has a limited number of letters.
    monkeypatch.setattr(letters, "MAX_LETTERS", 1)
    assert send(coordinator, response, pdf()).status_code == 422
    assert delete_orphans() == 1
    assert {path.name for path in folder.iterdir()} == {str(letter.uuid), "new"}
