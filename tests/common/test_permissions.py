"""Only permissions granted by roles count, and no code decides by a group's name or by `is_superuser`."""

import pytest
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
from tests.clients.staff import administrator, make_group, make_staff, signed_in

# Accounts, roles and second factors: administrators manage them in the admin classes of Django and of the libraries.
ACCOUNTS = {"auth", "accounts", "axes"}
VIEW, ADD = "hotline.view_report", "topics.add_topic"


def request_of(user: User | AnonymousUser) -> HttpRequest:
    request = RequestFactory().get("/admin/")
    request.user = user
    return request


@pytest.mark.django_db
class TestDuties:
    def test_several_roles_grant_theirs_together(self) -> None:
        make_group("custom", VIEW)
        user = make_staff("person", "custom", "editor")
        assert role_permissions_of(user) == User.objects.get().get_group_permissions()
        found = [has_role_permission(user, permission) for permission in (VIEW, ADD, "hotline.work_case")]
        assert found == [True, True, False]

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
        accounts = {"ana": ["analyst"], "both": ["analyst", "custom"], "cica": ["custom"], "eda": ["editor"]}
        for name, roles in accounts.items():
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

    def test_other_users_cannot_manage_accounts(self) -> None:
        make_group("custom", VIEW)
        for person in (signed_in("ana", "analyst", "supervisor"), signed_in("custom", "custom")):
            for page in ("accounts/user/add/", "auth/group/", f"accounts/user/{person.user.pk}/change/"):
                assert person.client.get(f"/admin/{page}").status_code == 403
