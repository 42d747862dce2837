"""Permissions of the youth panel: granted to a custom group, but not to a superuser without a role."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from clicksafely.common.models import AuditEvent
from tests.clients.staff import administrator, make_group, make_staff, signed_in
from tests.factories.youthpanel import make_member
from youthpanel.meetings.selectors import available_facilitators
from youthpanel.members.services import read_identity
from youthpanel.models import Member
from youthpanel.permissions import FACILITATE, OPEN_IDENTITY

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
