"""The child behind a note: name and school for a reason, contacts by a second opening, and no trace for coordinators."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person, make_staff
from tests.youthpanel.safeguarding.conftest import NOTES, TOKEN, write
from youthpanel.members.erasure import erase_member
from youthpanel.models import IdentityOpening, Member, OpeningReason, SafeguardingNote
from youthpanel.safeguarding import identity_services

pytestmark = pytest.mark.django_db
REASON = {"reason": "danger", "words": "Дете се плаши да иде кући."}
CONTACTS = ("Мира Анић", "060 999", "060 111", "ana@example.org")


@pytest.fixture
def note(coordinator: User, member: Member) -> SafeguardingNote:
    return write(coordinator, member)


def test_name_and_school_then_contacts(note: SafeguardingNote, member: Member, safeguarding: Person) -> None:
    case = f"{NOTES}{note.pk}/"
    before = safeguarding.client.post(f"{case}open/").content.decode()
    assert "Ана Анић" not in before
    assert member.school.name not in before
    assert "Ана Анић" not in safeguarding.client.get(f"{case}identity/").content.decode()
    named = safeguarding.client.post(f"{case}identity/", REASON)
    assert named.status_code == 200
    assert "no-store" in named.headers["Cache-Control"]
    page = named.content.decode()
    assert "Ана Анић" in page
    assert member.school.name in named.context["child"].school
    # The guardian may be the danger: the contacts are not in the page before the second opening.
    assert not any(contact in page for contact in CONTACTS)
    html = safeguarding.client.post(f"{case}contacts/").content.decode()
    assert all(contact in html for contact in CONTACTS)
    assert list(note.openings.values_list("opened", "reason", "opened_by").order_by("pk")) == [
        ("name", "danger", safeguarding.user.pk),
        ("contacts", "danger", safeguarding.user.pk),
    ]
    assert all(REASON["words"].encode() not in bytes(each.sealed) for each in note.openings.all())
    events = AuditEvent.objects.filter(action__endswith="_opened", subject_table="youthpanel_safeguardingnote")
    assert list(events.order_by("pk").values_list("action", "actor_id", "data")) == [
        ("safeguarding_note.name_opened", safeguarding.user.pk, {"reason": "danger"}),
        ("safeguarding_note.contact_opened", safeguarding.user.pk, {"reason": "danger"}),
    ]
    # The case lists the openings, with their words after a recorded opening only.
    assert REASON["words"] not in safeguarding.client.get(case).content.decode()
    assert safeguarding.client.post(f"{case}open/").content.decode().count(REASON["words"]) == 2


@pytest.mark.parametrize("missing", ["reason", "words"])
def test_without_a_reason_nothing_is_opened(note: SafeguardingNote, safeguarding: Person, missing: str) -> None:
    form = {**REASON, missing: " "}
    answer = safeguarding.client.post(f"{NOTES}{note.pk}/identity/", form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [missing])
    assert "Ана Анић" not in answer.content.decode()
    assert not IdentityOpening.objects.exists()


def test_contacts_are_not_opened_before_the_name_nor_for_the_reason_of_another(
    note: SafeguardingNote, safeguarding: Person, deputy: Person
) -> None:
    case = f"{NOTES}{note.pk}/"
    for _before in range(2):
        answer = deputy.client.post(f"{case}contacts/", follow=True)
        assert answer.redirect_chain == [(case, 302)]
        assert not any(contact in answer.content.decode() for contact in CONTACTS)
        safeguarding.client.post(f"{case}identity/", REASON)
    assert not note.openings.filter(opened="contacts").exists()


def test_no_child_behind_a_note(coordinator: User, safeguarding: Person) -> None:
    without = write(coordinator)
    assert safeguarding.client.post(f"{NOTES}{without.pk}/identity/", REASON).status_code == 422


def test_an_erased_child_has_no_name(
    note: SafeguardingNote, member: Member, safeguarding: Person, settings: Any, tmp_path: Path
) -> None:
    settings.PANEL_ERASURE_LOG = tmp_path / "erasures.txt"
    safeguarding.client.post(f"{NOTES}{note.pk}/identity/", REASON)
    erase_member(member, None, timezone.now())
    note.refresh_from_db()
    assert note.member is None
    answer = safeguarding.client.post(f"{NOTES}{note.pk}/contacts/", follow=True)
    assert not any(contact in answer.content.decode() for contact in CONTACTS)
    # What was written stays.
    assert safeguarding.client.post(f"{NOTES}{note.pk}/open/").context["content"].text


@pytest.mark.parametrize("role", ["coordinator", "editor", "supervisor", "auditor"])
def test_others_open_nothing(note: SafeguardingNote, role: str) -> None:
    actor = make_staff("attacker", role)
    with pytest.raises(PermissionDenied):
        identity_services.open_identity(
            note=note, reason=OpeningReason.DANGER, words="x", actor=actor, now=timezone.now()
        )
    with pytest.raises(PermissionDenied):
        identity_services.open_contacts(note=note, actor=actor, now=timezone.now())


def test_the_coordinator_finds_no_trace_of_an_opening(
    note: SafeguardingNote, member: Member, safeguarding: Person, person: Person
) -> None:
    def pages() -> list[str]:
        paths = (f"member/{member.pk}/change/", "member/", "due/", f"meeting/?q={member.pk}", "")
        contents = [
            person.client.get(f"/admin/youthpanel/{path}".replace("//", "/")).content.decode() for path in paths
        ]
        return [TOKEN.sub("", content) for content in contents]

    before, case = pages(), f"{NOTES}{note.pk}/"
    safeguarding.client.post(f"{case}identity/", REASON)
    safeguarding.client.post(f"{case}contacts/")
    assert note.openings.count() == 2
    assert pages() == before
    assert not AuditEvent.objects.filter(subject_table="youthpanel_member").exists()
    assert person.client.get("/admin/common/auditevent/").status_code == 403
