"""Meeting files: content types, metadata removal, consent of all members on a photograph, and cleanup after failures."""

import os
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localdate
from PIL import Image

from tests.clients.staff import Person, signed_in
from tests.factories.library import docx, huge_png, odt, pdf, picture
from tests.factories.youthpanel import give_consent, make_cohort, make_member
from youthpanel.meetings import files, storage, tasks
from youthpanel.members.consents import withdraw_consent
from youthpanel.members.erasure import erase_member
from youthpanel.models import Meeting, MeetingFile, Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreeing(members: list[Member]) -> list[Member]:
    """Two of the three members consent to photographs."""
    today = localdate()
    for member in members[:2]:
        give_consent(member, "photograph", given_on=today - timedelta(days=9), expires_on=today + timedelta(days=90))
    return members


def send(person: Person, meeting: Meeting, content: bytes, name: str = "a.jpg", **fields: Any) -> Any:
    data = {"file": SimpleUploadedFile(name, content), "name": "Слика", "description": "Круг на зиду", **fields}
    return person.client.post(f"/admin/youthpanel/meetings/{meeting.pk}/files/add/", data)


def address(file: MeetingFile, page: str = "") -> str:
    return f"/admin/youthpanel/meetings/{file.meeting_id}/files/{file.pk}/{page}"


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def status(person: Person, path: str) -> int:
    """The status of a response; its content is read to the end to close the file."""
    response = person.client.get(path)
    body(response)
    return response.status_code


def on_disk(media: Path) -> list[str]:
    return sorted(path.name for path in media.iterdir()) if media.exists() else []


def test_a_photograph_is_made_anew_and_shown_while_all_on_it_agree(
    person: Person, meeting: Meeting, agreeing: list[Member], media: Path
) -> None:
    first, second, _third = agreeing
    upload = picture("JPEG", (3000, 1200))
    assert send(person, meeting, upload, shown=[first.pk, second.pk]).status_code == 302
    file = MeetingFile.objects.get()
    assert on_disk(media) == [str(file.uuid), f"{file.uuid}.small"]
    for page, width in (("", 2400), ("small/", 640)):
        response = person.client.get(address(file, page))
        content = body(response)
        assert response.headers["Content-Type"] == "image/webp"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response.headers["Cache-Control"]
        assert b"where it was taken" not in content
        with Image.open(BytesIO(content)) as image:
            assert (image.format, image.width, dict(image.getexif())) == ("WEBP", width, {})
    assert "Круг на зиду" in person.client.get(f"/admin/youthpanel/meetings/{meeting.pk}/").content.decode()
    withdraw_consent(consent=second.consents.get(), actor=person.user, now=timezone.now())
    for page in ("", "small/"):
        assert status(person, address(file, page)) == 404
    shown = person.client.get(f"/admin/youthpanel/meetings/{meeting.pk}/").content.decode()
    assert "<img" not in shown
    assert "Круг на зиду" not in shown
    give_consent(second, "photograph", given_on=localdate(), expires_on=localdate() + timedelta(days=9))
    assert status(person, address(file)) == 200


@pytest.mark.parametrize(
    ("shown", "more", "field"),
    [([], {}, "shown"), ([0], {"shows_no_person": "on"}, "shows_no_person"), ([0, 2], {}, "shown")],
)
def test_people_on_a_photograph_are_named_explicitly(
    person: Person, meeting: Meeting, agreeing: list[Member], media: Path, shown: list[int], more: Any, field: str
) -> None:
    answer = send(person, meeting, picture("JPEG"), shown=[agreeing[number].pk for number in shown], **more)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert [ticked for _member, _agrees, ticked in answer.context["lines"]] == [n in shown for n in range(3)]
    assert "Круг на зиду" in answer.content.decode()
    assert ("Јеж 2" in str(answer.context["form"].errors)) == (2 in shown)
    assert not MeetingFile.objects.exists()
    assert on_disk(media) == []


def test_a_stranger_is_on_no_photograph(person: Person, meeting: Meeting, media: Path) -> None:
    stranger = make_member(make_cohort())
    answer = send(person, meeting, picture("JPEG"), shown=[stranger.pk])
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["shown"])
    draft = files.FileData(name="x", description="x", shown=frozenset({stranger.pk}), shows_no_person=False)
    upload = SimpleUploadedFile("a.jpg", picture("JPEG"))
    with pytest.raises(files.ActionRefused):
        files.add_file(meeting=meeting, upload=upload, draft=draft, actor=person.user, now=timezone.now())
    assert on_disk(media) == []


def test_marks_of_a_photograph_can_be_changed(person: Person, meeting: Meeting, agreeing: list[Member]) -> None:
    send(person, meeting, picture("JPEG"), shows_no_person="on")
    file = MeetingFile.objects.get()
    data = {"name": "Зид", "description": "Круг и неко", "shown": [agreeing[2].pk]}
    assert person.client.post(address(file, "change/"), data).status_code == 422
    assert person.client.post(address(file, "change/"), data | {"shown": [agreeing[0].pk]}).status_code == 302
    file.refresh_from_db()
    assert (file.name, file.shows_no_person, list(file.shown.all())) == ("Зид", False, [agreeing[0]])
    assert status(person, address(file)) == 200
    file.shown.clear()
    assert status(person, address(file)) == 404
    file.shown.set([agreeing[0]])
    # A member with an expired consent is still ticked when the form is shown again.
    Member.objects.filter(pk=agreeing[0].pk).update(left_on=agreeing[0].joined_on)
    form = person.client.get(address(file, "change/"))
    assert [member for member, _agrees, ticked in form.context["lines"] if ticked] == [agreeing[0]]


@pytest.mark.parametrize(
    ("make", "media_type"),
    [(pdf, "application/pdf"), (docx, "wordprocessingml"), (odt, "opendocument.text")],
)
def test_the_type_of_a_document_is_detected_and_it_is_a_download(
    person: Person, meeting: Meeting, make: Any, media_type: str
) -> None:
    content = make()
    assert send(person, meeting, content, name="slika.png").status_code == 302
    file = MeetingFile.objects.get()
    assert file.kind == "document"
    assert media_type in file.media_type
    response = person.client.get(address(file))
    assert body(response) == content
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in response.headers["Cache-Control"]


def test_refused_file_is_not_stored(person: Person, meeting: Meeting, agreeing: list[Member], media: Path) -> None:
    refused_files = {
        "empty": b"",
        "program": b"MZ\x90\x00",
        "drawing": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "no PDF": b"%PDF-1.7 broken",
        "half a picture": picture("JPEG")[:300],
        "huge picture": huge_png(),
        "macros": docx(word__vbaProject__bin=b"x", **{"word__vbaproject.bin": b"x"}),
        "locked": pdf(locked=True),
        "no package": b"PK\x03\x04",
        "large": b"x" * (10 * 1024 * 1024 + 1),
    }
    answers = {kind: send(person, meeting, content, shows_no_person="on") for kind, content in refused_files.items()}
    # Ticks of a document are a mistake.
    answers["shown"] = send(person, meeting, pdf(), shown=[agreeing[0].pk])
    for kind, answer in answers.items():
        assert (kind, answer.status_code, list(answer.context["form"].errors)) == (kind, 422, ["file"])
    assert not MeetingFile.objects.exists()
    assert on_disk(media) == []


def test_a_transaction_that_fails_leaves_no_file(
    person: Person, meeting: Meeting, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_event: object) -> None:
        raise DatabaseError("the disk is gone")

    monkeypatch.setattr(files.audit_log, "record", fail)
    person.client.raise_request_exception = False
    assert send(person, meeting, picture("JPEG"), shows_no_person="on").status_code == 500
    assert not MeetingFile.objects.exists()
    assert on_disk(media) == []


def test_full_disk_is_reported(person: Person, meeting: Meeting, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    media.parent.mkdir(parents=True)
    # A file instead of the folder makes writing fail.
    media.write_bytes(b"")
    answer = send(person, meeting, picture("JPEG"), shows_no_person="on")
    assert list(answer.context["form"].errors) == ["file"]


@pytest.mark.real_time
def test_deleted_and_orphaned_files_are_removed(
    person: Person, meeting: Meeting, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    send(person, meeting, picture("JPEG"), shows_no_person="on")
    send(person, meeting, pdf())
    first, second = MeetingFile.objects.order_by("pk")
    with django_capture_on_commit_callbacks(execute=True):
        assert person.client.post(address(first, "remove/")).status_code == 302
    assert on_disk(media) == [str(second.uuid)]
    old = time.time() - storage.ORPHAN_SECONDS - 60
    orphan, fresh = media / "11111111-1111-4111-8111-111111111111.small", media / "2.small"
    for path in (orphan, fresh):
        path.write_bytes(b"x")
    for path in (orphan, media / str(second.uuid)):
        os.utime(path, (old, old))
    tasks.delete_orphaned_files()
    assert on_disk(media) == sorted([fresh.name, str(second.uuid)])


def test_forgetting_a_member_erases_the_photograph(
    person: Person,
    meeting: Meeting,
    agreeing: list[Member],
    media: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    send(person, meeting, picture("JPEG"), shown=[agreeing[0].pk, agreeing[1].pk])
    file = MeetingFile.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        erase_member(agreeing[0], person.user, timezone.now())
    assert on_disk(media) == []
    for page in ("", "small/", "change/"):
        assert status(person, address(file, page)) == 404
    assert files.list_files(meeting, localdate()) == []


def test_files_have_no_other_address(person: Person, meeting: Meeting) -> None:
    send(person, meeting, picture("JPEG"), shows_no_person="on")
    file = MeetingFile.objects.get()
    assert signed_in("editor", "editor").client.get(address(file)).status_code == 403
    assert Client().get(f"/media/panel/meetings/{file.uuid}").status_code == 404
    assert status(person, address(file).replace(f"/meetings/{meeting.pk}/", f"/meetings/{meeting.pk + 1}/")) == 404
