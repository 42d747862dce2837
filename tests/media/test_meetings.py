"""Meeting files in a bucket: no copies on local disks, and erasure everywhere together with a member."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.timezone import localdate
from pytest_django import DjangoCaptureOnCommitCallbacks

from clicksafely.accounts.models import User
from clicksafely.common.files.disk_storage import StorageUnavailable
from tests.clients.staff import Person, signed_in
from tests.factories.library import picture
from tests.factories.youthpanel import give_consent, make_cohort, make_meeting, make_member
from tests.media.conftest import Shared
from tests.mock_services.s3 import refusing_service
from youthpanel.meetings import storage
from youthpanel.members.erasure import erase_member
from youthpanel.models import Meeting, MeetingFile, Member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shared")]


@pytest.fixture
def person(shared: Shared) -> Person:
    return signed_in("person", "coordinator")


@pytest.fixture
def meeting(person: Person) -> Meeting:
    new_meeting = make_meeting(
        make_cohort(begins_on=localdate() - timedelta(days=300)), starts_at=timezone.now() - timedelta(days=1)
    )
    new_meeting.facilitators.set([person.user])
    return new_meeting


@pytest.fixture
def member(meeting: Meeting) -> Member:
    """A member with a consent to photographs."""
    new_member = make_member(meeting.cohorts.get(), pseudonym="Јеж")
    today = localdate()
    give_consent(new_member, "photograph", given_on=today - timedelta(days=9), expires_on=today + timedelta(days=90))
    return new_member


def send(person: Person, meeting: Meeting, content: bytes, **fields: Any) -> Any:
    data = {"file": SimpleUploadedFile("a.jpg", content), "name": "Слика", "description": "Круг на зиду", **fields}
    return person.client.post(f"/admin/youthpanel/meetings/{meeting.pk}/files/add/", data)


def file_response(person: Person, file: MeetingFile, page: str = "") -> tuple[int, bytes]:
    response = person.client.get(f"/admin/youthpanel/meetings/{file.meeting_id}/files/{file.pk}/{page}")
    return response.status_code, b"".join(response.streaming_content) if response.streaming else response.content


def test_a_photograph_is_seen_at_another_machine(
    shared: Shared, person: Person, meeting: Meeting, member: Member
) -> None:
    assert send(person, meeting, picture("JPEG"), shown=[member.pk]).status_code == 302
    file = MeetingFile.objects.get()
    keys = [f"panel/meetings/{file.uuid}", f"panel/meetings/{file.uuid}.small"]
    content = shared.files()
    assert sorted(content) == keys
    with shared.machine("second"):
        assert [file_response(person, file, page) for page in ("", "small/")] == [(200, content[key]) for key in keys]
    assert shared.local_files() == []


def test_a_removed_file_is_deleted_on_every_machine(
    shared: Shared,
    person: Person,
    meeting: Meeting,
    member: Member,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    send(person, meeting, picture("JPEG"), shown=[member.pk])
    file = MeetingFile.objects.get()
    assert file_response(person, file)[0] == 200
    with shared.machine("second"), django_capture_on_commit_callbacks(execute=True):
        person.client.post(f"/admin/youthpanel/meetings/{meeting.pk}/files/{file.pk}/remove/")
    assert file_response(person, file)[0] == 404
    assert (shared.files(), shared.local_files()) == ({}, [])


def test_photograph_is_erased_with_its_member(
    shared: Shared,
    person: Person,
    meeting: Meeting,
    member: Member,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    send(person, meeting, picture("JPEG"), shown=[member.pk])
    send(person, meeting, picture("PNG"), shows_no_person="on")
    other = MeetingFile.objects.get(shows_no_person=True)
    with shared.machine("second"), django_capture_on_commit_callbacks(execute=True):
        erase_member(member, None, timezone.now())
    assert sorted(shared.files()) == [f"panel/meetings/{other.uuid}", f"panel/meetings/{other.uuid}.small"]


def test_erasure_is_rolled_back_if_the_bucket_is_down(
    shared: Shared, person: Person, meeting: Meeting, member: Member, admin_user: User
) -> None:
    send(person, meeting, picture("JPEG"), shown=[member.pk])
    with shared.without_bucket(), pytest.raises(StorageUnavailable):
        erase_member(member, admin_user, timezone.now())
    member.refresh_from_db()
    assert (member.erased_at, len(shared.files())) == (None, 2)


@pytest.mark.real_time
def test_files_that_could_not_be_erased_are_deleted_later(
    shared: Shared,
    person: Person,
    meeting: Meeting,
    member: Member,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send(person, meeting, picture("JPEG"), shown=[member.pk])
    with django_capture_on_commit_callbacks() as afterwards:
        erase_member(member, None, timezone.now())
    (erase,) = afterwards[-1:]
    with shared.without_bucket(), pytest.raises(StorageUnavailable):
        erase()
    assert len(shared.files()) == 2
    assert storage.delete_orphans() == 0
    monkeypatch.setattr(storage, "ORPHAN_SECONDS", -60)
    assert storage.delete_orphans() == 2
    assert shared.files() == {}


def test_a_refusing_bucket_is_an_error_at_the_field(
    shared: Shared, person: Person, meeting: Meeting, member: Member
) -> None:
    with refusing_service(403, "AccessDenied") as endpoint, shared.without_bucket(endpoint):
        answer = send(person, meeting, picture("JPEG"), shown=[member.pk])
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["file"])
    assert "Круг на зиду" in answer.content.decode()
    assert (MeetingFile.objects.count(), shared.files(), shared.local_files()) == (0, {}, [])


def test_an_unreachable_bucket_has_an_error_page(
    shared: Shared, person: Person, meeting: Meeting, member: Member
) -> None:
    send(person, meeting, picture("JPEG"), shown=[member.pk])
    with shared.without_bucket():
        response = person.client.get(f"/admin/youthpanel/meetings/{meeting.pk}/files/{MeetingFile.objects.get().pk}/")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert "<h1" in response.content.decode()
