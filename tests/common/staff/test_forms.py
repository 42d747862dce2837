"""Tests of long staff forms: sections and rows that fold, and the summary of errors."""

from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.sites import site
from django.forms.models import InlineForeignKeyField

from awareness.library.models import Resource
from clicksafely.common.templatetags.staff_forms import (
    form_errors,
    form_sections,
    row_has_errors,
    row_lacks_english,
    row_name,
)


class Texts(forms.Form):
    title_sr = forms.CharField(label="Title")
    title_en = forms.CharField(required=False)
    order = forms.IntegerField(required=False, initial=3)


def sections(form: forms.Form, *fieldsets: tuple[str, dict[str, Any]]) -> dict[str, bool]:
    built = AdminForm(form, list(fieldsets), {}, (), model_admin=site._registry[Resource])
    return {section.name: section.is_open for section in form_sections(built)}


FOLDED = ("Texts", {"fields": (("title_sr", "title_en"),), "classes": ("collapse",)})
OTHER = ("Order", {"fields": ("order",), "classes": ("collapse",)})


def test_a_folded_section_opens_for_an_error_and_for_a_required_empty_field_of_a_new_record() -> None:
    assert sections(Texts({"title_sr": ""}), FOLDED, OTHER) == {"Texts": True, "Order": False}
    assert sections(Texts(), FOLDED, OTHER) == {"Texts": True, "Order": False}
    assert sections(Texts(initial={"title_sr": "Наслов"}), FOLDED) == {"Texts": False}
    stored = Texts()
    stored.instance = SimpleNamespace(pk=1)  # type: ignore[attr-defined]
    assert sections(stored, FOLDED) == {"Texts": False}
    assert sections(stored, ("Order", {"fields": ("order",)})) == {"Order": True}


@pytest.mark.parametrize(
    ("data", "name", "lacks", "wrong"),
    [
        ({"title_sr": "<p>Прва</p>\n порука", "title_en": "First"}, "Прва порука", False, False),
        ({"title_sr": "Прва", "title_en": "<p></p>"}, "Прва", True, False),
        ({"title_sr": "", "title_en": "First"}, "First", False, True),
        ({"title_sr": "Реч " * 60, "order": "x"}, None, True, True),
    ],
)
def test_a_row_has_a_name_and_marks_of_missing_texts(
    data: dict[str, str], name: str | None, lacks: bool, wrong: bool
) -> None:
    form = Texts(data)
    assert row_name(form) == name or (name is None and len(row_name(form)) <= 90)
    assert row_lacks_english(form) is lacks
    assert row_has_errors(form) is wrong


def test_a_row_without_a_text_is_named_by_the_label_of_its_choice_and_never_by_a_number() -> None:
    class Step(forms.Form):
        order = forms.IntegerField()
        topic = forms.ModelChoiceField(Resource.objects.none())
        quiz = InlineForeignKeyField(Resource(pk=7))
        kind = forms.ChoiceField(choices=[("quiz", "A quiz"), ("game", "A game")])

    assert row_name(Step({"order": "3", "topic": "7", "kind": "game"})) == "A game"
    assert row_name(Step({"order": "3", "topic": "7"})) == ""
    assert row_name(Texts(empty_permitted=True, use_required_attribute=False)) == ""
    assert not row_has_errors(Texts())


def test_the_summary_lists_each_error_with_the_id_of_its_field() -> None:
    formset = forms.formset_factory(Texts)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-order": "x"}, prefix="form"
    )
    inline = SimpleNamespace(formset=formset, opts=SimpleNamespace(verbose_name="row", verbose_name_plural="rows"))
    found = form_errors(Texts({"title_sr": "<b>", "order": "y"}), [inline])
    assert [(error.target, error.label) for error in found] == [
        ("id_order", "Order"),
        ("id_form-0-title_sr", "row 1, Title"),
        ("id_form-0-order", "row 1, Order"),
    ]
    assert all(error.message for error in found)
