"""Only permissions granted by roles count, and no code decides by a group's name or by `is_superuser`."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from clicksafely.accounts.models import User
from clicksafely.common.permissions import (
    RolePermissionsMixin,
    duties,
    has_role_permission,
    role_permission_required,
    role_permissions_of,
    users_with_permission,
)
from clicksafely.common.staff.menu import MENU
from clicksafely.common.staff.roles import AUDITOR, ROLES, Role
from tests.clients.staff import administrator, make_group, make_staff, signed_in

APPS = ("awareness", "clicksafely", "hotline", "youthpanel")
# Accounts, roles and second factors: administrators manage them in the admin classes of Django and of the libraries.
ACCOUNTS = {"auth", "accounts", "axes"}
VIEW, ADD = "hotline.view_report", "topics.add_topic"


def request_of(user: User | AnonymousUser) -> HttpRequest:
    request = RequestFactory().get("/admin/")
    request.user = user
    return request


@pytest.mark.django_db
class TestDuties:
    @pytest.mark.parametrize("role", ROLES, ids=lambda role: role.code)
    def test_a_role_grants_the_permissions_of_its_group(self, role: Role) -> None:
        permissions = role_permissions_of(make_staff("person", role.code))
        assert permissions
        assert permissions == User.objects.get().get_group_permissions()

    def test_several_roles_grant_theirs_together(self) -> None:
        make_group("custom", VIEW)
        user = make_staff("person", "custom", "editor")
        assert (
            has_role_permission(user, VIEW),
            has_role_permission(user, ADD),
            has_role_permission(user, "hotline.work_case"),
        ) == (True, True, False)

    def test_a_superuser_without_a_role_has_none(self) -> None:
        root = User.objects.create_superuser("root", password="a root's password")
        assert role_permissions_of(root) == frozenset()
        make_group("custom", VIEW).user_set.add(root)
        assert role_permissions_of(User.objects.get(pk=root.pk)) == {VIEW}

    def test_a_permission_of_the_account_itself_counts_nowhere(self) -> None:
        user = make_staff("person")
        user.user_permissions.add(Permission.objects.get(codename="view_report"))
        assert role_permissions_of(user) == frozenset()
        assert not User.objects.get(pk=user.pk).has_perm(VIEW)

    def test_inactive_and_anonymous_users_have_none(self) -> None:
        gone = make_staff("gone", "analyst")
        gone.is_active = False
        assert (role_permissions_of(gone), role_permissions_of(AnonymousUser())) == (frozenset(), frozenset())
        assert not gone.has_perm(VIEW)

    def test_they_are_read_once_for_a_user_object(self, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        user = make_staff("person", "analyst")
        with django_assert_num_queries(1):
            assert has_role_permission(user, VIEW)
            assert not has_role_permission(user, ADD)
            assert user.has_perm(VIEW)

    def test_users_with_a_permission_are_found_through_any_role(self) -> None:
        make_group("custom", VIEW)
        for name, roles in (
            ("ana", ["analyst"]),
            ("both", ["analyst", "custom"]),
            ("cica", ["custom"]),
            ("eda", ["editor"]),
        ):
            make_staff(name, *roles)
        make_staff("gone", "custom")
        User.objects.filter(username="gone").update(is_active=False)
        User.objects.create_superuser("root")
        assert [user.username for user in users_with_permission(VIEW)] == ["ana", "both", "cica"]
        assert [user.username for user in users_with_permission(VIEW, ADD)] == ["ana", "both", "cica", "eda"]

    def test_a_view_needs_all_of_its_duties(self) -> None:
        make_group("custom", VIEW)
        view = role_permission_required(VIEW, ADD)(lambda request: HttpResponse("in"))
        assert view(request_of(make_staff("both", "custom", "editor"))).content == b"in"
        for user in (make_staff("one", "custom"), User.objects.create_superuser("root"), AnonymousUser()):
            with pytest.raises(PermissionDenied):
                view(request_of(user))

    def test_a_template_reads_them(self) -> None:
        make_group("custom", VIEW)
        template = Template(
            "{% if duties.hotline.view_report %}1{% endif %}{% if duties.hotline.work_case %}2{% endif %}"
        )
        for user, shown in ((make_staff("ana", "custom"), "1"), (User.objects.create_superuser("root"), "")):
            assert template.render(Context(duties(request_of(user)))) == shown

    def test_a_template_without_permissions_reads_no_account(self) -> None:
        """Otherwise it would open a session, and public pages would vary by cookies."""
        context = duties(RequestFactory().get("/"))
        assert Template("{{ other }}").render(Context(context)) == ""


@pytest.mark.django_db
class TestAdmin:
    def test_every_admin_class_but_those_of_accounts_reads_duties(self) -> None:
        request = request_of(User.objects.create_superuser("root"))
        for model, model_admin in admin.site._registry.items():
            if model._meta.app_label in ACCOUNTS:
                assert model_admin.has_view_permission(request)
                continue
            inlines = [inline(model, admin.site) for inline in model_admin.inlines]
            for each in (model_admin, *inlines):
                assert isinstance(each, RolePermissionsMixin), each
            assert not model_admin.has_module_permission(request)
            assert not any(model_admin.get_model_perms(request).values()), model

    def test_an_administrator_makes_an_account_and_gives_it_a_role(self) -> None:
        client = administrator("root").client
        client.cookies["lang"] = "en"
        passwords = dict.fromkeys(("password1", "password2"), "a long unusual passphrase")
        added = client.post("/admin/accounts/user/add/", {"username": "nova", "usable_password": "true", **passwords})
        nova = User.objects.get(username="nova")
        assert (added.status_code, added["Location"]) == (302, f"/admin/accounts/user/{nova.pk}/change/")
        form = {
            "username": "nova",
            "is_active": "on",
            "is_staff": "on",
            "groups": [Group.objects.get(name="analyst").pk],
            "user_permissions": [Permission.objects.get(codename="open_identity").pk],
            "date_joined_0": "2026-03-02",
            "date_joined_1": "10:30:00",
        }
        assert client.post(f"/admin/accounts/user/{nova.pk}/change/", form).status_code == 302
        assert has_role_permission(User.objects.get(pk=nova.pk), "hotline.work_case")
        # Only roles grant permissions: the form does not offer those of an account.
        assert not nova.user_permissions.exists()
        assert 'name="user_permissions"' not in client.get(f"/admin/accounts/user/{nova.pk}/change/").content.decode()
        assert client.get("/admin/auth/group/add/").status_code == 200

    def test_an_administrator_makes_a_role_of_any_size(self) -> None:
        client = administrator("root").client
        form = client.get("/admin/auth/group/add/").content.decode()
        offered = re.findall(r'name="permissions" value="(\d+)"', form)
        assert {str(pk) for pk in Permission.objects.filter(group__isnull=False).values_list("pk", flat=True)} <= set(
            offered
        )
        of_accounts = Permission.objects.filter(pk__in=offered, content_type__app_label__in=ACCOUNTS)
        # A duty of supervisors, the only one of these that a role grants.
        assert [permission.codename for permission in of_accounts] == ["request_recovery"]
        for name, chosen in (("small", offered[:1]), ("whole", offered)):
            assert client.post("/admin/auth/group/add/", {"name": name, "permissions": chosen}).status_code == 302
            assert Group.objects.get(name=name).permissions.count() == len(chosen)

    def test_permissions_are_folded_by_app_and_named_in_serbian(self) -> None:
        analysts = Group.objects.get(name="analyst")
        form = administrator("root").client.get(f"/admin/auth/group/{analysts.pk}/change/").content.decode()
        sections = re.findall(r'<summary>(.+?) <span class="choice-count">означено (\d+) од \d+', form)
        ticked = {name: int(number) for name, number in sections}
        assert ticked["Нет патрола"] == analysts.permissions.filter(content_type__app_label="hotline").count() > 0
        assert sum(ticked.values()) == analysts.permissions.count()
        labels = re.findall(r'name="permissions"[^>]*>([^<]+)</label>\s*</div>', form)
        assert len(labels) == form.count('name="permissions"') > len(sections)
        assert [label for label in labels if re.search("[a-z]", label)] == []

    def test_standard_roles_are_listed_by_name_and_an_own_role_by_its_own(self) -> None:
        make_group("Волонтери", VIEW)
        client = administrator("root").client
        page = client.get("/admin/auth/group/").content.decode()
        names = re.findall(r'field-role"><a href="[^"]+">([^<]+)</a>', page)
        assert sorted(names) == sorted(["Волонтери", *(str(role.name) for role in ROLES)])
        assert page.count('class="field-description"') == len(ROLES) + 1
        auditors = Group.objects.get(name=AUDITOR.code)
        assert str(AUDITOR.description) in client.get(f"/admin/auth/group/{auditors.pk}/change/").content.decode()

    def test_other_users_cannot_manage_accounts(self) -> None:
        make_group("custom", VIEW)
        for person in (signed_in("ana", "analyst", "supervisor"), signed_in("custom", "custom")):
            for page in (
                "accounts/user/",
                "accounts/user/add/",
                "auth/group/",
                f"accounts/user/{person.user.pk}/change/",
            ):
                assert person.client.get(f"/admin/{page}").status_code == 403


def sources(*endings: str) -> Iterator[tuple[Path, str]]:
    for folder in (*APPS, "templates"):
        for path in (settings.BASE_DIR / folder).rglob("*"):
            if path.suffix in endings and "migrations" not in path.parts:
                yield path, path.read_text()


# Names of groups: the roles themselves, and accounts created or closed with them.
NAME_ROLES = {"roles.py", "enrolment.py", "enrol_staff.py", "demo_accounts.py", "cases.py"}
DECIDED_BY_NAME = re.compile(
    r"\bhas_role\b|\bis_supervisor\b|\b(?:user|actor)\.groups\b|groups__name|group__name|\.user_permissions\b"
)
DECIDED_BY_DJANGO = re.compile(r"\.has_perms?\(|\bpermission_required|\.get_all_permissions|\bis_superuser\b")
# Administration of accounts, which is not a role permission.
ADMINISTERS = {"admin.py", "permissions.py", "data_subjects.py", "menu.py", "enrolment.py", "library_tables.py"}


def test_no_code_decides_by_the_name_of_a_group() -> None:
    found = {
        str(path)
        for path, text in sources(".py", ".html")
        if DECIDED_BY_NAME.search(text) and path.name not in NAME_ROLES
    }
    assert found == set()


def test_only_the_administration_of_accounts_reads_is_superuser() -> None:
    common = settings.BASE_DIR / "clicksafely"
    found = {path for path, text in sources(".py") if DECIDED_BY_DJANGO.search(text)}
    assert {str(path) for path in found if path.name not in ADMINISTERS or common not in path.parents} == set()
    assert {str(path) for path, text in sources(".html") if re.search(r"\bperms\.", text)} == set()


@pytest.mark.django_db
def test_every_duty_that_code_names_exists_and_a_role_grants_it() -> None:
    named_duties = {entry.needed_permission for group in MENU for entry in group.entries}
    for _path, text in sources(".py", ".html"):
        named_duties |= {".".join(found) for found in re.findall(r"\bduties\.(\w+)\.(\w+)", text)}
        for call in re.findall(
            r"\b(?:has_role_permission|role_permission_required|staff_view|users_with_permission)\(([^()]*)\)", text
        ):
            named_duties |= set(re.findall(r"\"(\w+\.\w+)\"", call))
    for path in ("hotline/permissions.py", "youthpanel/permissions.py"):
        named_duties |= set(re.findall(r"= \"(\w+\.\w+)\"", (settings.BASE_DIR / path).read_text()))
    granted = {
        f"{permission.content_type.app_label}.{permission.codename}"
        for permission in Permission.objects.filter(group__name__in=[role.code for role in ROLES]).select_related(
            "content_type"
        )
    }
    # As written in the documentation of a template.
    named_duties.remove("app_label.codename")
    assert len(named_duties) > 60
    assert named_duties - granted == set()
