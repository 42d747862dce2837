"""Admin forms of recommendations, White Papers, handovers and responses."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.common.fields import PlainLineField, PlainTextField
from clicksafely.common.serbian.scripts import verbatim
from clicksafely.common.staff.slug_forms import SlugForm
from youthpanel.models import Edition, Idea, QuestionChoice, Statement, WhitePaper
from youthpanel.models.white_papers import ANSWER_TIME
from youthpanel.states import ContributionState, ResponseKind
from youthpanel.white_papers.content import BilingualText
from youthpanel.white_papers.exceptions import EntryRejected
from youthpanel.white_papers.real_name_checks import check_no_real_names
from youthpanel.white_papers.services import check_handover, check_response
from youthpanel.white_papers.support import counted_support

# Only published ideas, and only of the source consultations, because there are many ideas.
MAX_IDEAS = 300


class RecommendationForm(SlugForm):
    """A recommendation with its sources. Typed figures of support are given together, and only without a source with votes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "support" in self.fields:
            self.fields["support"].help_text = _(
                "Only if there were no votes to count. Figures under five are not published, so that no member can be recognised."
            )
        self._offer(
            "choice", QuestionChoice.objects.select_related("question"), "question__consultation", _option_label
        )
        self._offer("statement", Statement.objects.select_related("round"), "round__consultation", str)
        ideas = self.fields.get("ideas")
        if isinstance(ideas, forms.ModelMultipleChoiceField):
            current = Q(recommendations=self.instance.pk) if self.instance.pk else Q()
            near = Q(state=ContributionState.SHOWN)
            if self.instance.pk:
                near &= Q(consultation__recommendations=self.instance.pk)
            chosen = Idea.objects.filter(current | near).order_by("-id").values("pk").distinct()[:MAX_IDEAS]
            ideas.queryset = Idea.objects.filter(pk__in=list(chosen.values_list("pk", flat=True)))
            ideas.help_text = _(
                "Ideas shown in the consultations above. After choosing a consultation, save once to see its ideas."
            )

    def _offer(self, name: str, found: QuerySet[Any], consultation: str, label: Callable[[Any], str]) -> None:
        """Offer the options or statements of the source consultations whose results are shown."""
        field = self.fields.get(name)
        if isinstance(field, forms.ModelChoiceField):
            near = Q(**{f"{consultation}__recommendations": self.instance.pk}) if self.instance.pk else Q(pk=None)
            near &= Q(**{f"{consultation}__results_shown_on__isnull": False})
            current = Q(pk=getattr(self.instance, f"{name}_id"))
            field.queryset = found.filter(current | near).distinct()
            field.label_from_instance = lambda each: verbatim(label(each))  # type: ignore[method-assign, assignment]
            field.help_text = _(
                "Of the consultations above whose results are shown. Its votes become the figures of support."
            )

    def clean(self) -> dict[str, Any]:
        """Both numbers of the support, or neither; none of them if there are votes to count."""
        data = super().clean() or {}
        typed = data.get("support") is not None or data.get("asked") is not None
        if typed and counted_support(data.get("choice"), data.get("statement"), list(data.get("ideas") or ())):
            self.add_error("support", _("The support is counted from votes. Leave both numbers empty."))
        elif (data.get("support") is None) != (data.get("asked") is None):
            missing = "asked" if data.get("asked") is None else "support"
            self.add_error(missing, _("Write both numbers: how many are in favour, and how many were asked."))
        return data


class WhitePaperForm(SlugForm):
    """`opened` is the revision that the form was built from, for optimistic locking."""

    opened = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Refuse the form after an edit conflict. The row stays locked until it is saved."""
        data = super().clean() or {}
        if self.instance.pk:
            stored = WhitePaper.objects.select_for_update().filter(pk=self.instance.pk)
            if data.get("opened") != stored.values_list("revision", flat=True).first():
                raise ValidationError(
                    _(
                        "Another user saved this paper while you were editing. Your text is still in the form: "
                        "copy what you need, then open the paper again."
                    ),
                    code="changed_meanwhile",
                )
        return data


class IssueForm(forms.Form):
    """Publication: what is new, from the second edition on, and a confirmation of the remarks, if there are any.

    `revision` is the revision of the paper that the form was built from.
    """

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    changes_sr = forms.CharField(
        label=gettext_lazy("What is new (Serbian)"), max_length=2000, required=False, widget=forms.Textarea({"rows": 4})
    )
    changes_en = forms.CharField(
        label=gettext_lazy("What is new (English)"), max_length=2000, required=False, widget=forms.Textarea({"rows": 4})
    )
    read = forms.BooleanField(label=gettext_lazy("I have read the remarks and accept them."))

    def __init__(self, *args: Any, again: bool, remarks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not again:
            del self.fields["changes_sr"], self.fields["changes_en"]
        if not remarks:
            del self.fields["read"]

    @property
    def changes(self) -> BilingualText:
        """The description of changes, from a valid form."""
        return {"sr": self.cleaned_data.get("changes_sr", ""), "en": self.cleaned_data.get("changes_en", "")}


class AppendOnlyForm(forms.ModelForm):  # type: ignore[type-arg]
    """Records that are never changed. Errors of the services are reported at their fields."""

    actor: AbstractBaseUser
    written: tuple[str, ...]

    def check_record(self, data: dict[str, Any]) -> None:
        """Raises EntryRejected for an invalid record."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Compare with real names only if there are no other errors."""
        data = super().clean() or {}
        texts = {field: data.get(field) or "" for field in self.written}
        try:
            self.check_record(data)
            if not self.errors:
                check_no_real_names(texts, actor=self.actor, now=_now())
        except EntryRejected as refusal:
            self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal.message))
        return data


class HandoverForm(AppendOnlyForm):
    """The recipient of an edition, the date, and the filing place of the receipt."""

    written = ("recipient_sr", "recipient_en", "document")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        edition = self.fields.get("edition")
        if isinstance(edition, forms.ModelChoiceField):
            edition.queryset = Edition.objects.select_related("paper").defer("content").order_by("-issued_at")
            edition.label_from_instance = edition_label  # type: ignore[method-assign, assignment]
        if "answer_by" in self.fields:
            self.fields["answer_by"].required = False
            self.fields["answer_by"].help_text = _("Empty: %(n)s days after the handover.") % {"n": ANSWER_TIME.days}

    def check_record(self, data: dict[str, Any]) -> None:
        """Check the date of the handover."""
        if data.get("edition") and data.get("on"):
            check_handover(edition=data["edition"], on=data["on"], answer_by=data.get("answer_by"), now=_now())


class ResponseForm(AppendOnlyForm):
    """An entry of the ledger."""

    written = ("text_sr", "text_en", "source")

    def check_record(self, data: dict[str, Any]) -> None:
        """Check the position in the ledger."""
        if data.get("recommendation") and data.get("kind") and data.get("on"):
            text: BilingualText = {"sr": data.get("text_sr") or "", "en": data.get("text_en") or ""}
            kind = ResponseKind(data["kind"])
            check_response(recommendation=data["recommendation"], kind=kind, on=data["on"], text=text, now=_now())


class LetterForm(forms.Form):
    """A letter to attach to an answer."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A PDF of at most 10 MB. It will be public and must name no member of the panel."),
    )
    title_sr = PlainLineField(label=gettext_lazy("Title (Serbian)"), max_length=160)
    title_en = PlainLineField(label=gettext_lazy("Title (English)"), max_length=160, required=False)
    description_sr = PlainTextField(
        label=gettext_lazy("What it says (Serbian)"),
        max_length=4000,
        widget=forms.Textarea({"rows": 6}),
        help_text=gettext_lazy("For readers who cannot read the PDF, for example because it is a scan."),
    )
    description_en = PlainTextField(
        label=gettext_lazy("What it says (English)"),
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 6}),
    )

    def both(self, name: str) -> BilingualText:
        """Return a text in both languages, from a valid form."""
        return {"sr": self.cleaned_data[f"{name}_sr"], "en": self.cleaned_data[f"{name}_en"]}


def _option_label(choice: QuestionChoice) -> str:
    return f"{choice.question}: {choice}"


def edition_label(edition: Edition) -> str:
    """Return the label of an edition in a list."""
    return f"{edition.paper}: {_('Edition %(n)s') % {'n': edition.number}}"


def _now() -> datetime:
    return timezone.now()
