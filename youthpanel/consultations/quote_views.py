"""Themes of ideas, and quotations with their approval."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.fields import PlainLineField, add_faults
from clicksafely.common.staff.pages import ActionPage
from youthpanel.consultations import quotation_services
from youthpanel.consultations.pii_hints import CONFIRMED, hints_for_author
from youthpanel.consultations.selectors import idea_results
from youthpanel.consultations.view_helpers import FacilitatedPage
from youthpanel.members.selectors import has_valid_consent
from youthpanel.models import ConsentScope, Consultation, Idea, Question, Theme


class QuoteForm(forms.Form):
    """An excerpt of a member's text."""

    sr = PlainLineField(
        label=gettext_lazy("Quoted words"),
        help_text=gettext_lazy("Exactly as written. Replace words you leave out with “…”."),
        max_length=quotation_services.MAX_QUOTATION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    en = PlainLineField(
        label=gettext_lazy("In English"),
        required=False,
        max_length=quotation_services.MAX_QUOTATION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    themes = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Themes"), queryset=Theme.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        themes = self.fields["themes"]
        themes.queryset = consultation.themes.all()  # type: ignore[attr-defined]
        if not consultation.themes.exists():
            del self.fields["themes"]


class QuotationsPage(FacilitatedPage):
    """Base of the pages about quotations; their start page lists the quotations."""

    def get_url(self) -> str:
        return reverse("admin:youthpanel-quotations", args=[self.object.pk])


class ManageQuotations(QuotationsPage):
    """Ideas with checkboxes for themes, submitted together, and the list of quotations."""

    template_name = "staff/youthpanel/consultations/quotes.html"
    title = gettext_lazy("Themes and quotations")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        today = timezone.localdate()
        quotations = self.object.quotations.select_related("member").prefetch_related("themes", "member__consents")
        return self.render(
            themes=list(self.object.themes.all()),
            ideas=idea_results(self.object),
            quotations=[
                (
                    each,
                    each.member is None or has_valid_consent(each.member, ConsentScope.QUOTATION, today),
                    () if each.approved_at else hints_for_author(each.text_sr, each.text_en),  # type: ignore[attr-defined]
                )
                for each in quotations
            ],
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        themes = list(self.object.themes.all())
        for each in idea_results(self.object):
            chosen = set(request.POST.getlist(f"idea-{each.idea.pk}"))
            quotation_services.set_idea_themes(
                idea=each.idea, themes=[theme for theme in themes if str(theme.pk) in chosen]
            )
        messages.success(request, _("The themes were saved."))
        return redirect(self.get_url())


class AddQuotation(QuotationsPage, ActionPage[Consultation]):
    """Without `keep`, show the form with the full text. The text comes by POST, so that it is not written to URL logs."""

    template_name = "staff/youthpanel/consultations/quote.html"
    title = gettext_lazy("Quote")
    success_message = gettext_lazy("Saved. It is published once it is approved.")

    def perform(self) -> HttpResponse | None:
        sent = self.request.POST
        source = _source(self.object, sent.get("source", ""))
        form = QuoteForm(initial={"sr": sent.get("text", "")}, consultation=self.object)
        personal = hints_for_author(sent.get("text", ""))
        if "keep" in sent:
            form = QuoteForm(sent, consultation=self.object)
            personal = hints_for_author(sent.get("sr", ""), sent.get("en", ""))
            if form.is_valid() and (CONFIRMED in sent or not personal):
                try:
                    quotation_services.create_quotation(
                        consultation=self.object,
                        source=source,
                        sr=form.cleaned_data["sr"],
                        en=form.cleaned_data["en"],
                        themes=form.cleaned_data.get("themes", ()),
                        actor=self.user,
                        now=self.now,
                    )
                except ActionRefused as refused:
                    add_faults(form, refused)
                else:
                    return None
        shown: dict[str, Any] = {"from": source, "is_idea": isinstance(source, Idea)}
        shown |= {"personal": personal, "source": sent.get("source", "")}
        return self.render(status=422 if form.errors else 200, form=form, **shown)


class ChangeQuotation(QuotationsPage, ActionPage[Consultation]):
    """Approve or delete a quotation."""

    def perform(self) -> None:
        found = self.object.quotations.select_related("member")
        quotation = get_object_or_404(found, pk=self.kwargs["quotation_id"])
        if "remove" in self.request.POST:
            quotation_services.delete_quotation(quotation=quotation, actor=self.user, now=self.now)
            messages.success(self.request, _("The quotation was removed."))
        else:
            quotation_services.approve_quotation(quotation=quotation, actor=self.user, now=self.now)
            messages.success(self.request, _("Approved: it may be published."))


def _source(consultation: Consultation, code: str) -> Idea | Question:
    """Return the source from its code: `i<id>` for a published idea, `q<id>` for a question. Raises Http404."""
    kind, number = code[:1], code[1:]
    if not (number.isascii() and number.isdecimal() and len(number) < 16):
        raise Http404
    if kind == "i":
        return get_object_or_404(consultation.ideas.filter(state="shown"), pk=int(number))
    if kind == "q":
        return get_object_or_404(consultation.questions, pk=int(number))
    raise Http404
