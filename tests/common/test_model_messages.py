"""Names of models and messages of constraints as staff read them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.db.models import CASCADE, CheckConstraint, F, Model, Q, UniqueConstraint
from django.test import RequestFactory
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from clicksafely import urls
from clicksafely.accounts.models import User
from hotline.hosting.forms import SiteTypeRuleForm
from hotline.models import RuleKind
from hotline.triage.rules.forms import RuleForm

type Constraint = CheckConstraint | UniqueConstraint | ExclusionConstraint
type Form = type["forms.ModelForm[Any]"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> User:
    """An account with all roles."""
    user = User.objects.create(username="account", is_staff=True, is_superuser=True)
    user.groups.set(Group.objects.all())
    return user


OURS = ("clicksafely.", "hotline.", "awareness.", "youthpanel.")
# No choice, no number within limits, no text, blanks only.
HOSTILE = ("none-of-these", "-1", "0", "100000000", "", " ")
CYRILLIC = re.compile("[а-яђјљњћџ]", re.IGNORECASE)


def referenced_fields(part: Any) -> Iterator[str]:
    """Yield the names of the fields in a condition or an expression."""
    if isinstance(part, Q):
        for child in part.children:
            if isinstance(child, tuple):
                yield child[0].partition("__")[0]
                child = child[1]
            yield from referenced_fields(child)
    elif isinstance(part, F):
        yield part.name  # type: ignore[attr-defined]
    elif hasattr(part, "flatten"):
        yield from (each.name for each in part.flatten() if isinstance(each, F))


def fields_of(constraint: Constraint) -> set[str]:
    names = set(referenced_fields(constraint.condition)) if constraint.condition is not None else set[str]()
    if isinstance(constraint, UniqueConstraint):
        names |= {*constraint.fields, *(name for each in constraint.expressions for name in referenced_fields(each))}
    elif isinstance(constraint, ExclusionConstraint):
        # The row that a form belongs to is in no field of the form.
        names |= {name for each, _operator in constraint.expressions for name in referenced_fields(each)} - {
            "consultation_id"
        }
    return names


def accepts_violation(constraint: CheckConstraint, name: str, form: Form) -> bool:
    """Return whether a form accepts a value that a constraint of its field `name` rejects."""
    for typed in HOSTILE:
        bound = form(MultiValueDict({name: [typed]}))
        if name in bound.errors:
            continue
        row = bound._meta.model()
        setattr(row, name, bound.cleaned_data.get(name))
        try:
            constraint.validate(bound._meta.model, row)
        except ValidationError:
            return True
    return False


def subclasses(cls: type) -> Iterator[type]:
    for each in cls.__subclasses__():
        yield each
        yield from subclasses(each)


def staff_forms(user: User) -> Iterator[Form]:
    """Yield every form that writes a model: those of the code, and those that the admin site derives."""
    assert urls.urlpatterns  # imports the pages and their forms
    yield from (each for each in subclasses(forms.ModelForm) if getattr(each, "_meta", None) and each._meta.model)
    request = RequestFactory().get("/")
    request.user = user
    for model, page in admin.site._registry.items():
        if page.has_add_permission(request) or page.has_change_permission(request):
            yield page.get_form(request)
            for inline in page.inlines:
                formset = inline(model, admin.site).get_formset(request)
                yield formset.form


def violable(user: User) -> Iterator[tuple[type[Model], Constraint]]:
    """Yield the constraints that a form can violate: it has all their fields, and a single field accepts a wrong value.

    The others concern fields that only services write. Django words a unique constraint of plain fields.
    """
    for form in staff_forms(user):
        model = form._meta.model
        if model is None or not model.__module__.startswith(OURS):
            continue
        names = {name.removesuffix("_sr").removesuffix("_en") for name in form.base_fields} | set(form.base_fields)
        for each in model._meta.constraints:
            if not isinstance(each, CheckConstraint | UniqueConstraint | ExclusionConstraint):
                continue
            if isinstance(each, UniqueConstraint) and each.fields and each.condition is None:
                continue
            own = fields_of(each)
            if not own <= names:
                continue
            if isinstance(each, CheckConstraint) and len(own) == 1 and not accepts_violation(each, *own, form):
                continue
            yield model, each


def test_a_constraint_that_a_form_can_violate_has_a_sentence(account: User) -> None:
    found = {each.name: (model, each) for model, each in violable(account)}
    assert {
        "site_type_rule_not_for_all",
        "rule_has_effect",
        "routing_rule_has_recipient",
        "phases_do_not_overlap",
    } <= set(found)
    silent = []
    with translation.override("sr"):
        for name, (model, each) in sorted(found.items()):
            message = str(each.violation_error_message)
            if message == str(each.default_violation_error_message) or not CYRILLIC.search(message):
                silent.append(f"{model._meta.label} {name}")
    assert silent == []


@pytest.mark.parametrize(
    ("form", "data", "field"),
    [
        (SiteTypeRuleForm, {"site_type": "1"}, "host"),
        (RuleForm, {"kind": RuleKind.HOST, "value": "example.org", "active": "on"}, "note"),
    ],
)
def test_the_sentence_is_at_a_field_and_no_name_of_a_constraint_is_shown(
    form: Form, data: dict[str, str], field: str
) -> None:
    bound = form(data)
    assert not bound.is_valid()
    assert set(bound.errors) == {field}
    names = {each.name for each in bound._meta.model._meta.constraints}
    assert [name for name in names if name in str(bound.errors)] == []


def deleted_with(model: type[Model], found: set[type[Model]]) -> set[type[Model]]:
    """Add a model and all that are deleted with its rows."""
    if model not in found:
        found.add(model)
        for relation in model._meta.related_objects:
            if relation.on_delete is CASCADE:
                deleted_with(relation.related_model, found)  # type: ignore[arg-type]
    return found


def test_every_model_that_a_deletion_page_names_has_a_serbian_name() -> None:
    assert urls.urlpatterns
    found = set[type[Model]]()
    for model in admin.site._registry:
        deleted_with(model, found)
    labels = {model._meta.label for model in found}
    assert {"quizzes.PlayCount", "django_otp_webauthn.WebAuthnCredential"} <= labels
    with translation.override("sr"):
        english = [
            f"{model._meta.label}: {name}"
            for model in found
            for name in (model._meta.verbose_name, model._meta.verbose_name_plural)
            if not CYRILLIC.search(str(name))
        ]
        english += [
            f"{config.label}: {config.verbose_name}"
            for config in {apps.get_app_config(model._meta.app_label) for model in found}
            if not CYRILLIC.search(str(config.verbose_name))
        ]
    assert sorted(english) == []
    assert settings.LANGUAGE_CODE == "sr"
