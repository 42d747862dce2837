"""Permissions of the youth panel: granted to a custom group, but not to a superuser without a role."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from clicksafely.common.permissions import users_with_permission
from tests.clients.staff import administrator, make_group, make_staff, signed_in
from tests.factories.youthpanel import make_member
from youthpanel.meetings.selectors import available_facilitators
from youthpanel.members.services import read_identity
from youthpanel.models import Member, SafeguardingNote
from youthpanel.permissions import FACILITATE, OPEN_IDENTITY, OPEN_NOTE
from youthpanel.safeguarding import services

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Member:
    return make_member()


def test_a_name_is_opened_with_its_duty_alone(member: Member) -> None:
    path = f"/admin/youthpanel/members/{member.pk}/open/"
    make_group("clerk", "youthpanel.view_member", "youthpanel.change_member")
    make_group("registrar", OPEN_IDENTITY)
    root, clerk = administrator("root"), signed_in("clerk", "clerk")
    for person in (root, clerk):
        assert person.client.post(path).status_code == 403
        with pytest.raises(PermissionDenied):
            read_identity(member=member, actor=person.user, now=timezone.now())
    assert path not in clerk.client.get(f"/admin/youthpanel/member/{member.pk}/change/").content.decode()
    assert not AuditEvent.objects.filter(action="identity.opened").exists()
    registrar = signed_in("registrar", "clerk", "registrar")
    assert path in registrar.client.get(f"/admin/youthpanel/member/{member.pk}/change/").content.decode()
    assert registrar.client.post(path).status_code == 200
    assert AuditEvent.objects.filter(action="identity.opened", actor_id=registrar.user.pk).exists()


def test_a_superuser_without_a_role_sees_no_member(member: Member) -> None:
    root = administrator("root")
    for path in (
        "member/",
        f"member/{member.pk}/change/",
        "due/",
        "meeting/",
        "consultation/",
        "safeguarding/",
        "codes/",
    ):
        assert root.client.get(f"/admin/youthpanel/{path}").status_code == 403
    assert "youthpanel" not in root.client.get("/admin/").content.decode()


def test_notes_of_incidents_are_opened_with_their_duty_alone() -> None:
    make_group("lead", OPEN_NOTE)
    make_group(
        "others",
        "youthpanel.add_safeguardingnote",
        "youthpanel.view_safeguardingnote",
        "youthpanel.change_safeguardingnote",
    )
    lead, other, root = signed_in("lead", "lead"), signed_in("other", "others"), administrator("root")
    User.objects.update(email="on.leave@example.org")
    User.objects.filter(pk=lead.user.pk).update(email="lead@example.org")
    draft = services.NoteData(text="x", member=None, urgent=True)
    services.write_note(draft=draft, actor=other.user, now=timezone.now())
    path = f"/admin/youthpanel/safeguarding/{SafeguardingNote.objects.get().pk}/open/"
    assert [person.client.post(path).status_code for person in (lead, other, root)] == [200, 403, 403]
    assert [user.email for user in users_with_permission(OPEN_NOTE)] == ["lead@example.org"]


def test_facilitating_needs_the_permission_and_no_particular_group() -> None:
    make_group("youth workers", FACILITATE)
    for name, role in (
        ("mila", "coordinator"),
        ("sara", "safeguarding"),
        ("una", "youth workers"),
        ("vera", "supervisor"),
    ):
        make_staff(name, role)
    administrator("root")
    assert [user.username for user in available_facilitators()] == ["mila", "sara", "una"]
    form = signed_in("ana", "coordinator").client.get("/admin/youthpanel/consultation/add/").content.decode()
    offered = set(re.findall(r'name="facilitators" value="(\d+)"', form))
    assert offered == {str(user.pk) for user in available_facilitators()}
