"""Columns writable by staff forms and actions, by model: columns maintained by services are in no form."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.test import RequestFactory
from django.urls import reverse

from clicksafely.accounts.models import User
from clicksafely.common.staff.roles import ROLES
from tests.clients.staff import make_group_of_all, make_staff, signed_in
from tests.factories.staff_pages import make_paths

pytestmark = pytest.mark.django_db
# Columns that record actions and their authors; services write them.
MACHINERY = {
    "state", "claimed_by", "closed_at", "closed_by", "changed_at", "erased_at", "created_at", "created_by", "author",
    "revision", "sealed", "identity", "digest", "uuid", "salt", "submission", "sequence", "taken", "is_superuser",
    "receipt_digest", "outcome", "priority", "queue", "verdict", "sha256", "size", "issued_at", "last_used_at",
}  # fmt: skip
# Maintained by administrators (superusers).
ACCOUNTS = {"auth", "accounts", "axes"}
# Columns that refer to the account that acted; on other models the same name may be the name of a person.
ACTORS = {"author", "claimed_by", "closed_by", "created_by"}
# A retention rule applies to cases that ended in `state`, which is not a state of the row itself.
CHOSEN = {("hotline.RetentionRule", "state")}


def everything() -> Any:
    request = RequestFactory().get("/admin/")
    make_group_of_all("everything")
    request.user = make_staff("everything", "everything")
    return request


def is_maintained(model: type[models.Model], name: str) -> bool:
    """Whether services write this column of this model."""
    column: Any = next((field for field in model._meta.concrete_fields if field.name == name), None)
    if column is None or name not in MACHINERY or (model._meta.label, name) in CHOSEN:
        return False
    return name not in ACTORS or column.related_model is User


def test_no_form_has_fields_managed_by_services() -> None:
    request, held = everything(), {}
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label in ACCOUNTS:
            continue
        if not (model_admin.has_change_permission(request) or model_admin.has_add_permission(request)):
            continue
        forms = [(model._meta.label, model_admin.get_form(request).base_fields)]
        forms += [
            (inline.model._meta.label, inline.get_formset(request).form.base_fields)
            for inline in model_admin.get_inline_instances(request)
            if inline.has_change_permission(request) or inline.has_add_permission(request)
        ]
        for label, fields in forms:
            wrong = {name for name in fields if is_maintained(apps.get_model(label), name)}
            if wrong:
                held[label] = wrong
        assert not model_admin.list_editable, model
    assert held == {}, (
        "services write these columns: take them out of the form, or name a column of another meaning in CHOSEN"
    )


def test_values_outside_the_form_are_not_saved() -> None:
    """The only form for analysts: the registrar of a host."""
    paths = make_paths()
    client = signed_in("analyst", "analyst").client
    path = paths["admin/hotline/host/<path:object_id>/change/"]
    model = apps.get_model("hotline.Host")
    before = model.objects.filter(name="walk.example.org").values().get()
    planted = {
        field.name: "1" if not isinstance(field, models.CharField) else "planted.invalid"
        for field in model._meta.concrete_fields
        if field.name != "registrar"
    }
    assert client.post(path, planted | {"registrar": ""}).status_code == 302
    assert model.objects.filter(name="walk.example.org").values().get() == before


def test_actions_require_their_permission() -> None:
    """Every action of every list, including "delete", posted by every role without access to it."""
    make_paths()
    faults = {}
    for role in ROLES:
        person = signed_in(f"person-{role.code}", role.code)
        request = RequestFactory().get("/admin/")
        request.user = person.user
        for model, model_admin in admin.site._registry.items():
            offered = {*model_admin.get_actions(request)}
            everywhere = {"delete_selected", *(each.name for each in model_admin._get_base_actions())}
            rows = [*model._base_manager.order_by("pk").values_list("pk", flat=True)[:3]]
            for action in everywhere - offered if rows and model_admin.has_view_permission(request) else ():
                path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
                before = [*model._base_manager.order_by("pk").values()]
                person.client.post(path, {"action": action, "_selected_action": rows, "post": "yes", "confirmed": "1"})
                if [*model._base_manager.order_by("pk").values()] != before:
                    faults[role.code, model._meta.label] = action
    assert faults == {}
