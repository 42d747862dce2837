"""The child behind a note: name and school for a reason, contacts by a second opening, and no trace for coordinators."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person
from tests.youthpanel.safeguarding.conftest import NOTES, TOKEN, write
from youthpanel.members.erasure import erase_member
from youthpanel.models import IdentityOpening, Member, SafeguardingNote

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


def test_without_a_reason_or_a_child_nothing_is_opened(
    note: SafeguardingNote, safeguarding: Person, coordinator: User
) -> None:
    for missing in ("reason", "words"):
        answer = safeguarding.client.post(f"{NOTES}{note.pk}/identity/", {**REASON, missing: " "})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [missing])
        assert "Ана Анић" not in answer.content.decode()
    without = write(coordinator)
    assert safeguarding.client.post(f"{NOTES}{without.pk}/identity/", REASON).status_code == 422
    assert not IdentityOpening.objects.exists()


def test_contacts_are_opened_after_the_name_by_the_same_person_and_not_after_an_erasure(
    note: SafeguardingNote, member: Member, safeguarding: Person, deputy: Person, settings: Any, tmp_path: Path
) -> None:
    case = f"{NOTES}{note.pk}/"
    settings.PANEL_ERASURE_LOG = tmp_path / "erasures.txt"
    for person, step in ((deputy, ""), (deputy, "named"), (safeguarding, "erased")):
        if step == "named":
            safeguarding.client.post(f"{case}identity/", REASON)
        elif step == "erased":
            erase_member(member, None, timezone.now())
        answer = person.client.post(f"{case}contacts/", follow=True)
        assert answer.redirect_chain == [(case, 302)]
        assert not any(contact in answer.content.decode() for contact in CONTACTS)
    # What was written stays.
    assert safeguarding.client.post(f"{case}open/").context["content"].text
    assert not note.openings.filter(opened="contacts").exists()


def test_the_coordinator_finds_no_trace_of_an_opening(
    note: SafeguardingNote, member: Member, safeguarding: Person, person: Person
) -> None:
    def pages() -> list[str]:
        paths = (f"member/{member.pk}/change/", "member/", "due/", f"meeting/?q={member.pk}", "")
        return [TOKEN.sub("", person.client.get(f"/admin/youthpanel/{path}").content.decode()) for path in paths]

    before, case = pages(), f"{NOTES}{note.pk}/"
    safeguarding.client.post(f"{case}identity/", REASON)
    safeguarding.client.post(f"{case}contacts/")
    assert note.openings.count() == 2
    assert pages() == before
    assert not AuditEvent.objects.filter(subject_table="youthpanel_member").exists()
    assert person.client.get("/admin/common/auditevent/").status_code == 403
