"""Documents that contain a member's real name are refused, because documents never change."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person
from tests.factories.library import zipped
from tests.factories.papers import both, content
from tests.factories.youthpanel import make_member
from tests.youthpanel.members.sheets import xlsx
from tests.youthpanel.white_papers.documents.test_documents import ABOUT
from youthpanel.meetings import storage
from youthpanel.models import EditionFormat, Meeting, MeetingFile
from youthpanel.white_papers.documents.render import render_file

pytestmark = pytest.mark.django_db
NAME = "Милица Стојановић"


def word(text: str) -> bytes:
    """A name in mixed scripts inside a table."""
    document = docx.Document()
    paragraph = document.add_table(1, 1).cell(0, 0).paragraphs[0]
    paragraph.add_run(text[:2]).bold = True
    paragraph.add_run(text[2:])
    document.save(out := BytesIO())
    return out.getvalue()


def portable(text: str) -> bytes:
    return render_file(content(foreword=both(f"<p>{text}</p>")), ABOUT, language="sr", form=EditionFormat.PDF)


def table(text: str) -> bytes:
    return xlsx([[part, "", ""] for part in text.split()])


def open_document(text: str) -> bytes:
    kind = b"application/vnd.oasis.opendocument.text"
    content_xml = f"<text:p>{text}</text:p>".encode()
    return zipped({"mimetype": kind, "content.xml": content_xml, "META-INF/manifest.xml": b"<x/>"}, packed=False)


KINDS: list[Callable[[str], bytes]] = [word, portable, table, open_document]


def send(person: Person, meeting: Meeting, file_bytes: bytes) -> Any:
    data = {"file": SimpleUploadedFile("a.bin", file_bytes), "name": "Списак", "description": "Ко је дошао"}
    return person.client.post(f"/admin/youthpanel/meetings/{meeting.pk}/files/add/", data)


@pytest.mark.parametrize("make", KINDS, ids=lambda make: make.__name__)
def test_a_document_with_a_name_is_not_stored(make: Callable[[str], bytes], person: Person, meeting: Meeting) -> None:
    member = make_member(contact={"name": NAME}, pseudonym="Храбри јеж")
    answer = send(person, meeting, make("Stojanović Milica"))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["file"]
    page = answer.content.decode()
    assert member.pseudonym not in page
    assert "Ко је дошао" in page
    assert not MeetingFile.objects.exists()
    assert not storage.meetings_folder().exists() or list(storage.meetings_folder().iterdir()) == []
    event = AuditEvent.objects.get(action="names.searched")
    assert (event.subject_id, event.actor_id, event.data) == (meeting.pk, person.user.pk, {"found": 1})
    assert send(person, meeting, make("Hrabri jež")).status_code == 302
    assert MeetingFile.objects.get().kind == "document"


def test_without_the_keys_no_document_is_stored(person: Person, meeting: Meeting) -> None:
    make_member()
    with override_settings(SEALING_PRIVATE_KEYS=Path("/nonexistent")):
        answer = send(person, meeting, word("Дневни ред"))
    assert list(answer.context["form"].errors) == ["file"]
    assert not MeetingFile.objects.exists()
