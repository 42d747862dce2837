"""Refused actions: reasons for the user, no values in logs, faults at the fields of a form."""

from django import forms

from clicksafely.common.exceptions import ActionRefused, FieldFault
from clicksafely.common.fields import add_faults


class NameForm(forms.Form):
    name = forms.CharField()


def test_a_reason_is_for_the_user_and_never_in_the_text_of_the_exception() -> None:
    general = ActionRefused("Ana already has an account.")
    at_fields = ActionRefused([FieldFault("name", "“Ana” is taken."), FieldFault("year", "1899 is too early.")])
    assert general.message == "Ana already has an account."
    assert at_fields.message == "“Ana” is taken. 1899 is too early."
    assert "Ana" not in str(general) + repr(general) + str(at_fields) + repr(at_fields)
    assert str(at_fields) == "name, year"


def test_faults_are_shown_at_their_field_or_above_the_form() -> None:
    form = NameForm({"name": "Ana"})
    add_faults(
        form, ActionRefused([FieldFault("name", "Taken."), FieldFault("year", "Too early."), FieldFault("", "No.")])
    )
    assert form.errors["name"] == ["Taken."]
    assert form.non_field_errors() == ["Too early.", "No."]
    assert form["name"].value() == "Ana"
