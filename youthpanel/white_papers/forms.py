"""Forms of the staff side for recommendations, White Papers and what becomes of them."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.common.serbian.search_folding import slugify
from youthpanel.models import Edition, Idea, WhitePaper
from youthpanel.states import ContributionState, ResponseKind
from youthpanel.white_papers.content import BilingualText
from youthpanel.white_papers.exceptions import EntryRejected
from youthpanel.white_papers.real_name_checks import check_no_real_names
from youthpanel.white_papers.services import check_handover, check_response

# Ideas are many: those that everybody saw, of the consultations that the recommendation comes from.
MOST_IDEAS = 300


class SluggedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form whose address, left empty, is made of the Serbian title."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].error_messages["unique"] = _("Another page has this address. Choose another one.")

    def clean_slug(self) -> str:
        """As it was typed, else made of the title."""
        return self.cleaned_data.get("slug") or slugify(self.data.get(self.add_prefix("title_sr"), ""))[:80].strip("-")


class RecommendationForm(SluggedForm):
    """Where a recommendation comes from is ticked; support is told with how many were asked, or not at all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "support" in self.fields:
            self.fields["support"].help_text = _("Fewer than five are not published, so that nobody can be recognised.")
        ideas = self.fields.get("ideas")
        if isinstance(ideas, forms.ModelMultipleChoiceField):
            known = Q(recommendations=self.instance.pk) if self.instance.pk else Q()
            near = Q(state=ContributionState.SHOWN)
            if self.instance.pk:
                near &= Q(consultation__recommendations=self.instance.pk)
            chosen = Idea.objects.filter(known | near).order_by("-id").values("pk").distinct()[:MOST_IDEAS]
            ideas.queryset = Idea.objects.filter(pk__in=list(chosen.values_list("pk", flat=True)))
            ideas.help_text = _(
                "Ideas that were shown in the consultations above; save once to see those of a consultation."
            )

    def clean(self) -> dict[str, Any]:
        """Both numbers of the support, or neither."""
        data = super().clean() or {}
        if (data.get("support") is None) != (data.get("asked") is None):
            missing = "asked" if data.get("asked") is None else "support"
            self.add_error(missing, _("Say both: how many are for it, and how many were asked."))
        return data


class WhitePaperForm(SluggedForm):
    """`opened` is the revision that its author began with: what somebody else saved meanwhile is not written over."""

    opened = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Nobody else's saving in between; the row stays locked until this one is saved."""
        data = super().clean() or {}
        if self.instance.pk:
            stored = WhitePaper.objects.select_for_update().filter(pk=self.instance.pk)
            if data.get("opened") != stored.values_list("revision", flat=True).first():
                raise ValidationError(
                    _(
                        "Somebody else saved this paper while you were writing. Your text is still in the form: copy what you need, then open the "
                        "paper again."
                    ),
                    code="changed_meanwhile",
                )
        return data


class IssueForm(forms.Form):
    """Issuing: what is new, from the second edition on, and that the remarks were read, where there are any."""

    changes_sr = forms.CharField(
        label=gettext_lazy("What is new (Serbian)"), max_length=2000, required=False, widget=forms.Textarea({"rows": 4})
    )
    changes_en = forms.CharField(
        label=gettext_lazy("What is new (English)"), max_length=2000, required=False, widget=forms.Textarea({"rows": 4})
    )
    read = forms.BooleanField(label=gettext_lazy("I have read the remarks, they may stay as they are."))

    def __init__(self, *args: Any, again: bool, remarks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not again:
            del self.fields["changes_sr"], self.fields["changes_en"]
        if not remarks:
            del self.fields["read"]

    @property
    def changes(self) -> BilingualText:
        """What was written, once the form is valid."""
        return {"sr": self.cleaned_data.get("changes_sr", ""), "en": self.cleaned_data.get("changes_en", "")}


class AppendOnlyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is recorded once and never changed. What the services would refuse is told at its field; names are compared last."""

    actor: AbstractBaseUser
    written: tuple[str, ...]

    def check_record(self, data: dict[str, Any]) -> None:
        """Raises Refused where the record would not be true."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Only where nothing else is wrong names are read for it."""
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
    """To whom an edition was handed, when, and where the receipt is filed."""

    written = ("whom_sr", "whom_en", "document")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        edition = self.fields.get("edition")
        if isinstance(edition, forms.ModelChoiceField):
            edition.queryset = Edition.objects.select_related("paper").defer("content").order_by("-issued_at")
            edition.label_from_instance = edition_label  # type: ignore[method-assign, assignment]

    def check_record(self, data: dict[str, Any]) -> None:
        """The day of the handover."""
        if data.get("edition") and data.get("on"):
            check_handover(edition=data["edition"], on=data["on"], now=_now())


class ResponseForm(AppendOnlyForm):
    """An entry of a ledger."""

    written = ("text_sr", "text_en", "source")

    def check_record(self, data: dict[str, Any]) -> None:
        """Its place in the ledger."""
        if data.get("recommendation") and data.get("kind") and data.get("on"):
            text: BilingualText = {"sr": data.get("text_sr") or "", "en": data.get("text_en") or ""}
            kind = ResponseKind(data["kind"])
            check_response(recommendation=data["recommendation"], kind=kind, on=data["on"], text=text, now=_now())


def edition_label(edition: Edition) -> str:
    """An edition in a list of them."""
    return f"{edition.paper}: {_('Edition %(n)s') % {'n': edition.number}}"


def _now() -> datetime:
    return timezone.now()
