"""Published texts of meetings and documents contain no member's name."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person
from tests.factories.papers import both, content
from tests.factories.youthpanel import make_member
from tests.youthpanel.white_papers.documents.test_documents import ABOUT
from youthpanel.meetings import storage
from youthpanel.models import Cohort, Decision, EditionFormat, Meeting, MeetingFile
from youthpanel.white_papers.documents.render import render_file

pytestmark = pytest.mark.django_db
NAME = "Милица Стојановић"


@pytest.fixture(autouse=True)
def _named_member(cohort: Cohort) -> None:
    make_member(cohort, contact={"name": NAME}, pseudonym="Храбри јеж")


def written(meeting: Meeting, person: Person, decision: str, english: str = "") -> Any:
    address = f"/admin/youthpanel/meetings/{meeting.pk}/minutes/"
    form = person.client.get(address).context["form"]
    data = {"minutes": f"Говорила је {NAME}.", "opened": form["opened"].value(), "form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 0,
            "form-0-order": 1, "form-0-text_sr": "Прва.", "form-1-order": 2, "form-1-text_sr": decision,
            "form-1-text_en": english}  # fmt: skip
    return person.client.post(address, data)


@pytest.mark.parametrize(("serbian", "english"), [("Милица Стојановић пише.", ""), ("Пишемо.", "Stojanović Milica writes.")])  # fmt: skip
def test_decision_with_a_real_name_is_refused(serbian: str, english: str, meeting: Meeting, person: Person) -> None:
    answer = written(meeting, person, serbian, english)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Храбри јеж" not in page
    assert serbian in page
    assert f"Говорила је {NAME}." in page
    assert not Decision.objects.exists()
    meeting.refresh_from_db()
    assert meeting.minutes == ""
    event = AuditEvent.objects.get(action="names.searched")
    assert (event.subject_id, event.data) == (meeting.pk, {"found": 1})
    # Minutes are internal. Erasure removes the name from them.
    assert written(meeting, person, "Храбри јеж пише.").status_code == 302


def test_without_the_keys_no_decision_is_stored(meeting: Meeting, person: Person) -> None:
    with override_settings(SEALING_PRIVATE_KEYS=Path("/nonexistent")):
        assert written(meeting, person, "Пишемо.").status_code == 422
    assert not Decision.objects.exists()


def test_title_with_a_real_name_is_refused(cohort: Cohort, coordinator: User, lead: User, person: Person) -> None:
    begins = timezone.localtime() + timedelta(days=3)
    data = {"title_sr": "Реч Милице Стојановић", "title_en": "", "day": begins.date().isoformat(), "begins": "10:00", "ends": "12:00",
            "town": "nis", "place": "Центар", "cohorts": [cohort.pk], "facilitators": [coordinator.pk, lead.pk]}  # fmt: skip
    answer = person.client.post("/admin/youthpanel/meetings/add/", data)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["title_sr"]
    assert not Meeting.objects.exists()
    assert person.client.post("/admin/youthpanel/meetings/add/", data | {"title_sr": "Реч има јеж"}).status_code == 302
    change = f"/admin/youthpanel/meetings/{Meeting.objects.get().pk}/change/"
    revision = person.client.get(change).context["form"]["opened"].value()
    changed = data | {"opened": revision, "title_sr": "Реч има јеж", "title_en": "Milica Stojanovic speaks"}
    assert list(person.client.post(change, changed).context["form"].errors) == ["title_en"]
    events = AuditEvent.objects.filter(action="names.searched").count()
    # Unchanged titles are not compared with names.
    assert person.client.post(change, changed | {"title_en": "", "place": "Други"}).status_code == 302
    assert AuditEvent.objects.filter(action="names.searched").count() == events


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


def send(person: Person, meeting: Meeting, file_bytes: bytes) -> Any:
    data = {"file": SimpleUploadedFile("a.bin", file_bytes), "name": "Списак", "description": "Ко је дошао"}
    return person.client.post(f"/admin/youthpanel/meetings/{meeting.pk}/files/add/", data)


@pytest.mark.parametrize("make", [word, portable])
def test_a_document_with_a_name_is_not_stored(make: Callable[[str], bytes], person: Person, meeting: Meeting) -> None:
    with override_settings(SEALING_PRIVATE_KEYS=Path("/nonexistent")):
        assert list(send(person, meeting, word("Реч")).context["form"].errors) == ["file"]
    answer = send(person, meeting, make("Stojanović Milica"))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["file"]
    assert "Храбри јеж" not in str(answer.context["form"].errors)
    page = answer.content.decode()
    assert "Ко је дошао" in page
    assert not MeetingFile.objects.exists()
    assert not storage.meetings_folder().exists() or list(storage.meetings_folder().iterdir()) == []
    event = AuditEvent.objects.get(action="names.searched")
    assert (event.subject_id, event.actor_id, event.data) == (meeting.pk, person.user.pk, {"found": 1})
    assert send(person, meeting, make("Hrabri jež")).status_code == 302
    assert MeetingFile.objects.get().kind == "document"
