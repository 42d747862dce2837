"""A new field is whole: the previous version inserts rows while its migration runs, and editors fill it. Messages name the place."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from modeltranslation.fields import TranslationField

import clicksafely.urls  # noqa: F401 - loads the admin classes
from awareness.events.bookings.forms import BookingForm, ChangeForm
from awareness.events.enums import BookingState, SchoolKind
from awareness.events.models import Booking, EventDate
from awareness.events.staff.forms import DateForm
from awareness.events.visits.forms import VisitForm
from awareness.publishing.admin_base import PublishingAdmin
from hotline.categories import CATEGORIES
from hotline.complaints.forms import ComplaintForm
from hotline.intake.manual.forms import EnterForm
from hotline.intake.web.forms import ReportForm

pytestmark = pytest.mark.texts

APPS = ("awareness", "clicksafely", "hotline", "youthpanel")
# Fields that a form of its own edits, or that no editor may change.
ELSEWHERE = {
    "games.Game": {"content"},
    "pages.FixedPage": {"slug", "published_at", "withdrawn_at"},
    "quizzes.Question": {"text", "explanation", "discussion"},
    "quizzes.Quiz": {"title", "summary"},
}


def required_without_default(operation: Operation) -> str:
    """The column that an insert of the previous version would leave empty although it must not be; "" if there is none."""
    if not isinstance(operation, migrations.AddField) or operation.field.many_to_many:
        return ""
    field = operation.field
    return "" if field.null or field.has_db_default() else f"{operation.model_name}.{operation.name}"


def later_operations() -> Iterator[tuple[str, Operation]]:
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if migration.__module__.startswith(APPS) and not name.startswith("0001"):
            for operation in migration.operations:
                for each in (operation, *getattr(operation, "database_operations", ())):
                    yield f"{app} {name}", each


def test_a_new_column_is_nullable_or_has_a_default_in_the_database() -> None:
    found = [
        f"{where}: {column} needs `db_default` or `null`, because the previous version inserts rows without it"
        for where, operation in later_operations()
        if (column := required_without_default(operation))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("field", "is_whole"),
    [
        (models.CharField(max_length=9, blank=True), False),
        (models.CharField(max_length=9, blank=True, default=""), False),
        (models.CharField(max_length=9, blank=True, db_default=""), True),
        (models.CharField(max_length=9, null=True), True),
    ],
)
def test_a_default_of_django_is_not_enough(field: "models.CharField[str, str]", is_whole: bool) -> None:
    operation = migrations.AddField("article", "author", field)
    assert required_without_default(operation) == ("" if is_whole else "article.author")


def left_out(model: type[models.Model], shown: set[str]) -> set[str]:
    """The fields that an editor could fill, but that are not in `shown`."""
    return {
        field.name
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if field.editable and not field.auto_created and not isinstance(field, TranslationField)
    } - shown


def shown_fields(model_admin: admin.ModelAdmin[models.Model]) -> set[str]:
    """The fields of the form, each translated one by its own name: once the form was shown, `fieldsets` names its languages."""
    fieldsets = model_admin.fieldsets or [(None, {"fields": model_admin.fields or ()})]
    fields = model_admin.opts.fields
    translated = {field.name: field.translated_field.name for field in fields if isinstance(field, TranslationField)}
    return {translated.get(name, name) for name in flatten_fieldsets(fieldsets)}


def test_every_field_of_content_is_in_its_form() -> None:
    forms = {
        model._meta.label: left_out(model, shown_fields(model_admin))
        for model, model_admin in admin.site._registry.items()
        if isinstance(model_admin, PublishingAdmin)
    }
    assert len(forms) > 10
    missing = {label: names for label, fields in forms.items() if (names := fields - ELSEWHERE.get(label, set()))}
    assert missing == {}, "add the fields to `fieldsets` or `fields` in the admin.py of the model"
    model = next(model for model in admin.site._registry if model._meta.label == "news.Article")
    assert "summary" in left_out(model, {"title", "topics"})


def test_every_field_of_a_date_is_in_its_form() -> None:
    """The period of the date has fields of its own."""
    assert left_out(EventDate, {*DateForm.Meta.fields}) == {"event", "starts_at", "ends_at"}, (
        "add the field to DateForm.Meta.fields in awareness/events/staff/forms.py"
    )


def laid_out_forms() -> Iterator[tuple[forms.Form, set[str]]]:
    """Yield forms with a layout, and the fields that it shows in some cases only."""
    for category in CATEGORIES:
        for child in (False, True):
            yield ReportForm(category=category, child=child), {"own_pictures"}
    yield ComplaintForm(), set()
    yield BookingForm(dates=[], can_mail=True), {"wait"}
    waiting = Booking(state=BookingState.WAITING, school_kind=SchoolKind.PRIMARY)
    yield ChangeForm(booking=waiting, dates=[], wishes=[]), set()
    yield VisitForm(topics=[], today=date(2026, 3, 2)), set()


def test_every_field_of_a_public_form_is_in_its_layout() -> None:
    for form, at_times in laid_out_forms():
        layout_fields = {pointer.name for pointer in form.helper.layout.get_field_names()}  # type: ignore[attr-defined]
        missing = form.fields.keys() - at_times - layout_fields
        assert missing == set(), f"add {missing} to the layout of {type(form).__module__}.{type(form).__name__}"


def test_every_field_of_a_report_by_telephone_is_in_its_template() -> None:
    place = "templates/staff/hotline/manual/form.html"
    source = (settings.BASE_DIR / place).read_text()
    missing = {
        name
        for name in EnterForm(now=datetime(2026, 3, 2, tzinfo=UTC)).fields
        if f"field=form.{name} only" not in source
    }
    assert missing == set(), f"add {missing} to {place}"
