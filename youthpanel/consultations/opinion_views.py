"""Statements of opinion cards: written by facilitators, chosen from the ideas of members, fixed by the first vote."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.common.exceptions import EditConflict
from clicksafely.common.serbian.scripts import verbatim
from clicksafely.common.staff.pages import ActionPage, FormPage
from youthpanel.consultations import opinions
from youthpanel.consultations.exceptions import NotAllowedNow
from youthpanel.consultations.pii_hints import find_personal_data
from youthpanel.consultations.view_helpers import FacilitatedPage, warn_changed, warn_closed
from youthpanel.models import Consultation, Idea
from youthpanel.models.opinions import MAX_STATEMENT_LENGTH
from youthpanel.states import ConsultationState, ContributionState

_AREA = {"rows": 8, "cols": 60}
_STILL_BUILT = (ConsultationState.DRAFT, ConsultationState.OPEN)


class StatementsForm(forms.Form):
    """The statements of a round, one per line, and ideas to add to them. Ideas that are too long for a card are not offered."""

    sr = forms.CharField(
        label=gettext_lazy("Statements (Serbian)"),
        help_text=gettext_lazy("One per line, 5 to 30, each of at most 140 characters. One thought on each card."),
        required=False,
        widget=forms.Textarea(attrs=_AREA),
    )
    en = forms.CharField(
        label=gettext_lazy("Statements (English)"),
        help_text=gettext_lazy("In the same order. Leave it empty, or write as many."),
        required=False,
        widget=forms.Textarea(attrs=_AREA),
    )
    ideas = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Add ideas of members as they are"),
        queryset=Idea.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, ideas: list[Idea], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["ideas"]
        field.queryset = Idea.objects.filter(pk__in=[idea.pk for idea in ideas])  # type: ignore[attr-defined]
        field.label_from_instance = lambda idea: verbatim(idea.text)  # type: ignore[attr-defined]
        if not ideas:
            del self.fields["ideas"]

    def clean(self) -> dict[str, Any]:
        """Both languages need the same number of lines, or there is no English."""
        data: dict[str, Any] = super().clean() or {}
        serbian, english = _lines(data.get("sr", "")), _lines(data.get("en", ""))
        if english and len(english) != len(serbian):
            words = _("There are %(sr)d statements in Serbian and %(en)d in English.")
            self.add_error("en", words % {"sr": len(serbian), "en": len(english)})
        return data

    def statements(self) -> list[opinions.StatementText]:
        """Return the statements, from a valid form. Added ideas have no English text yet."""
        serbian, english = _lines(self.cleaned_data["sr"]), _lines(self.cleaned_data["en"])
        added = [" ".join(idea.text.split()) for idea in self.cleaned_data.get("ideas", ())]
        english = english or [""] * len(serbian)
        return [
            {"sr": sr, "en": en} for sr, en in (*zip(serbian, english, strict=True), *((text, "") for text in added))
        ]


class StatementsPage(FacilitatedPage):
    """Base of the pages about the statements of a consultation."""

    def get_url(self) -> str:
        return reverse("admin:youthpanel-statements", args=[self.object.pk])


class EditStatements(StatementsPage, FormPage[Consultation, StatementsForm]):
    """The statements of the current round; a list once members have voted on them."""

    template_name = "staff/youthpanel/consultations/statements.html"
    title = gettext_lazy("Opinion cards")
    form_class = StatementsForm
    submit_label = gettext_lazy("Save the statements")
    success_message = gettext_lazy("The statements were saved.")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.round = opinions.current_round(self.object)
        self.statements = list(self.round.statements.all()) if self.round else []

    def get_initial(self) -> dict[str, Any]:
        english = [each.text_en or "" for each in self.statements]  # type: ignore[attr-defined]
        return {
            "sr": "\n".join(each.text_sr for each in self.statements),  # type: ignore[attr-defined]
            "en": "\n".join(english) if all(english) else "",
        }

    def get_form_arguments(self) -> dict[str, Any]:
        statement_texts = {each.text_sr for each in self.statements}  # type: ignore[attr-defined]
        shown = self.object.ideas.filter(state=ContributionState.SHOWN).order_by("written_at", "id")
        texts = [(idea, " ".join(idea.text.split())) for idea in shown]
        return {
            "ideas": [idea for idea, text in texts if len(text) <= MAX_STATEMENT_LENGTH and text not in statement_texts]
        }

    def save(self, form: StatementsForm) -> HttpResponse | None:
        statements = form.statements()
        try:
            opinions.save_statements(consultation=self.object, statements=statements, actor=self.user, now=self.now)
        except NotAllowedNow:
            warn_closed(self.request)
            return None
        if hints := [each.text for text in statements for each in find_personal_data(text["sr"])]:
            words = _("These words may identify a person. Remove them before members vote: %(words)s")
            messages.warning(self.request, words % {"words": ", ".join(dict.fromkeys(hints))})
        return None

    def get_context(self) -> dict[str, Any]:
        return {
            **super().get_context(),
            "round": self.round,
            "statements": self.statements,
            "voted": self.round.participations.count() if self.round else 0,
            "is_built": self.object.state in _STILL_BUILT,
            "cancel_url": reverse("admin:youthpanel-consultation", args=[self.object.pk]),
        }


class StartRound(StatementsPage, ActionPage[Consultation]):
    """Start a new round, whose votes have no link to those of earlier rounds."""

    success_message = gettext_lazy("A new round has begun. Write its statements.")

    def perform(self) -> HttpResponse | None:
        try:
            opinions.start_round(consultation=self.object, actor=self.user, now=self.now)
        except EditConflict:
            warn_changed(self.request)
        except NotAllowedNow:
            warn_closed(self.request)
        else:
            return None
        return self.get(self.request)


def _lines(text: str) -> list[str]:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line for line in lines if line]
