"""Themes of ideas, and quotations with their approval."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from clicksafely.common.fields import PlainLineField
from clicksafely.common.staff.site import staff_view
from youthpanel.consultations import quotation_services
from youthpanel.consultations.selectors import idea_results
from youthpanel.consultations.view_helpers import MODERATE, get_facilitated_consultation, render_page
from youthpanel.members.exceptions import RecordRefused
from youthpanel.members.selectors import has_valid_consent
from youthpanel.members.view_helpers import acting_user
from youthpanel.models import ConsentScope, Consultation, Idea, Question, Theme


class QuoteForm(forms.Form):
    """An excerpt of a member's text."""

    sr = PlainLineField(
        label=gettext_lazy("Words"),
        help_text=gettext_lazy("As they were written; what you leave out is “…”."),
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


@staff_view(MODERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def manage_quotations(request: HttpRequest, consultation_id: int) -> HttpResponse:
    """Ideas with checkboxes for themes, submitted together, and the list of quotations."""
    consultation = get_facilitated_consultation(request, consultation_id)
    themes, ideas = list(consultation.themes.all()), idea_results(consultation)
    if request.method == "POST":
        for each in ideas:
            chosen = set(request.POST.getlist(f"idea-{each.idea.pk}"))
            quotation_services.set_idea_themes(
                idea=each.idea, themes=[theme for theme in themes if str(theme.pk) in chosen]
            )
        messages.success(request, _("The themes were kept."))
        return redirect("admin:youthpanel-quotations", consultation_id)
    today = timezone.localdate()
    quotations = consultation.quotations.select_related("member").prefetch_related("themes", "member__consents")
    context = {
        "consultation": consultation,
        "themes": themes,
        "ideas": ideas,
        "quotations": [
            (each, each.member is None or has_valid_consent(each.member, ConsentScope.QUOTATION, today))
            for each in quotations
        ],
    }
    return render_page(request, "staff/youthpanel/consultations/quotes.html", _("Themes and quotations"), context)


@staff_view(MODERATE)
@require_POST
def add_quotation(request: HttpRequest, consultation_id: int) -> HttpResponse:
    """Without `keep`, show the form with the full text. The text comes by POST, so that it is not written to URL logs."""
    consultation = get_facilitated_consultation(request, consultation_id)
    source = _source(consultation, request.POST.get("source", ""))
    form = QuoteForm(initial={"sr": request.POST.get("text", "")}, consultation=consultation)
    if "keep" in request.POST:
        form = QuoteForm(request.POST, consultation=consultation)
        if form.is_valid():
            try:
                quotation_services.create_quotation(
                    consultation=consultation,
                    source=source,
                    sr=form.cleaned_data["sr"],
                    en=form.cleaned_data["en"],
                    themes=form.cleaned_data.get("themes", ()),
                    actor=acting_user(request),
                    now=timezone.now(),
                )
            except RecordRefused as refused:
                for fault in refused.faults:
                    form.add_error(fault.field or None, str(fault.message))
            else:
                messages.success(request, _("Kept. It is printed once it is cleared."))
                return redirect("admin:youthpanel-quotations", consultation_id)
    context = {
        "consultation": consultation,
        "form": form,
        "source": request.POST.get("source", ""),
        "from": source,
        "is_idea": isinstance(source, Idea),
    }
    return render_page(
        request, "staff/youthpanel/consultations/quote.html", _("Quote"), context, status=422 if form.errors else 200
    )


@staff_view(MODERATE)
@require_POST
def change_quotation(request: HttpRequest, consultation_id: int, quotation_id: int) -> HttpResponse:
    """Approve or delete a quotation."""
    consultation = get_facilitated_consultation(request, consultation_id)
    quotation = get_object_or_404(consultation.quotations.select_related("member"), pk=quotation_id)
    actor, now = acting_user(request), timezone.now()
    try:
        if "drop" in request.POST:
            quotation_services.delete_quotation(quotation=quotation, actor=actor, now=now)
            messages.success(request, _("The quotation is removed."))
        else:
            quotation_services.approve_quotation(quotation=quotation, actor=actor, now=now)
            messages.success(request, _("Cleared: it may be printed."))
    except RecordRefused as refused:
        messages.error(request, str(refused.faults[0].message))
    return redirect("admin:youthpanel-quotations", consultation_id)


def _source(consultation: Consultation, code: str) -> Idea | Question:
    """The source from its code: `i<id>` for a published idea, `q<id>` for a question. Raises Http404."""
    kind, number = code[:1], code[1:]
    if not (number.isascii() and number.isdecimal() and len(number) < 16):
        raise Http404
    if kind == "i":
        return get_object_or_404(consultation.ideas.filter(state="shown"), pk=int(number))
    if kind == "q":
        return get_object_or_404(consultation.questions, pk=int(number))
    raise Http404
