"""Forms of the case page."""

from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.fields import PlainTextField
from hotline.categories import category_choices
from hotline.models import HoldReason, Question, SiteType, SuspicionWithdrawReason
from hotline.review.claims import TakeoverReason
from hotline.review.exceptions import InvalidAnswers
from hotline.review.reopen_services import BY_HAND


class CodeField(forms.ChoiceField):
    """One of the offered codes; the service refuses others."""

    def __init__(self, choices: Any = (), **kwargs: Any) -> None:
        super().__init__(choices=choices, required=False, **kwargs)

    def valid_value(self, value: str) -> bool:
        return True


class CodesField(forms.MultipleChoiceField):
    """Any of the offered codes; the service refuses others."""

    def __init__(self) -> None:
        super().__init__(required=False)

    def valid_value(self, value: str) -> bool:
        return True


class CaseForm(forms.Form):
    """A form of the case page. `name` is its key in `CasePage.forms`.

    Services check the values, because a service must not rely on its caller.
    """

    name: ClassVar[str]

    def add_error_of(self, error: ActionRefused) -> None:
        """Show the messages of a refused service at the fields, or above the form if it lacks the field."""
        for fault in error.faults:
            if fault.field:
                self.add_error(fault.field if fault.field in self.fields else None, str(fault.message))


class ClaimForm(CaseForm):
    name = "claim"
    reason = CodeField(TakeoverReason.choices)


class RevealForm(CaseForm):
    """`unblurred` shows a picture without blur that was just shown blurred."""

    name = "reveal"
    unblurred = forms.BooleanField(required=False)


class AssessmentForm(CaseForm):
    """Answers to the questions of one item, in the fields `q-<code of the question>`.

    `unopened` are the reasons (`UnopenedReason`) why parts of the case could not be opened.
    """

    name = "assessment"
    PREFIX = "q-"
    unopened = CodesField()

    def __init__(self, data: Any = None, *, questions: list[Question], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for question in questions:
            self.fields[self.PREFIX + question.code] = CodeField()
        self.questions = questions

    @property
    def answers(self) -> dict[str, str]:
        """The answers of the valid form: {question code: answer code}, without unanswered questions."""
        values = {
            name.removeprefix(self.PREFIX): value
            for name, value in self.cleaned_data.items()
            if name.startswith(self.PREFIX)
        }
        return {code: answer for code, answer in values.items() if answer}

    @property
    def rows(self) -> list[tuple[Question, forms.BoundField]]:
        """The questions with their fields."""
        return [(question, self[self.PREFIX + question.code]) for question in self.questions]

    def add_error_of(self, error: ActionRefused) -> None:
        if isinstance(error, InvalidAnswers):
            error = InvalidAnswers({self.PREFIX + fault.field: fault.message for fault in error.faults})
        super().add_error_of(error)


class ActionsForm(CaseForm):
    name = "actions"
    kinds = CodesField()
    confirmed = forms.BooleanField(required=False)


class ReferralForm(CaseForm):
    name = "referral"
    routes = CodesField()
    unsure = forms.BooleanField(required=False)


class UrgentReferralForm(CaseForm):
    name = "urgent_referral"
    reason = forms.CharField(required=False, strip=False)


class CategoryForm(CaseForm):
    name = "category"
    category = CodeField(category_choices)


class SiteTypeForm(CaseForm):
    name = "site_type"
    site_type = CodeField([(str(value), label) for value, label in SiteType.choices])


class CloseForm(CaseForm):
    """`original` is the number of the report that a duplicate repeats."""

    name = "close"
    state = CodeField()
    original = forms.CharField(required=False)


class ConfirmClosingForm(CaseForm):
    name = "confirm_closing"


class ReopenForm(CaseForm):
    name = "reopen"
    reason = CodeField([(reason.value, reason.label) for reason in BY_HAND])


class LegalHoldForm(CaseForm):
    name = "legal_hold"
    held = CodeField(HoldReason.choices)
    hold_words = forms.CharField(required=False, strip=False)


class WithdrawSuspicionForm(CaseForm):
    """`upload_id` is the picture of a refused form: each picture has a form of its own."""

    name = "withdraw_suspicion"
    reason = CodeField(SuspicionWithdrawReason.choices)
    upload_id: int | None = None


class GoneForm(CaseForm):
    name = "gone"
    outcome = CodeField()


class ReplyForm(CaseForm):
    """A message to the reporter."""

    name = "reply"
    text = PlainTextField(label=_("Message to the reporter"), max_length=5000)


class NoteForm(CaseForm):
    """An internal note. `row` is rendered with the form, so that a repeated submission is stored once."""

    name = "note"
    note = PlainTextField(label=_("New internal note"), max_length=5000)
    row = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)


# The forms that the page shows empty. The assessment form depends on the questions of the shown item.
CASE_FORMS: tuple[type[CaseForm], ...] = (
    ClaimForm,
    ActionsForm,
    ReferralForm,
    UrgentReferralForm,
    CategoryForm,
    SiteTypeForm,
    CloseForm,
    ConfirmClosingForm,
    ReopenForm,
    LegalHoldForm,
    WithdrawSuspicionForm,
    ReplyForm,
    NoteForm,
)
# The claim form carries the answers of an assessment and these fields of a refused form, so that a holder whose time has
# expired need not choose them again.
CARRIED: dict[str, type[CaseForm]] = {"kinds": ActionsForm, "routes": ReferralForm}


def carried_input(posted: QueryDict) -> list[tuple[str, str]]:
    """Return the input that the claim form carries: (name, value)."""
    return [
        (name, str(value))
        for name, values in posted.lists()
        if name in CARRIED or name.startswith(AssessmentForm.PREFIX)
        for value in values
    ]
