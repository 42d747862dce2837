"""The component gallery: every component of the site in every state, for those who build and edit it."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

POSES = ("hello", "asks", "reads", "celebrates", "guards", "sleeps", "lost", "oops")


class SampleForm(forms.Form):
    """One field of every kind."""

    addresses = forms.CharField(
        label=_("Addresses"),
        help_text=_("One on each line."),
        widget=forms.Textarea(attrs={"rows": 3, "inputmode": "url"}),
    )
    seen = forms.DateField(label=_("When seen"), widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(label=_("Kind of site"), choices=[("", "—"), ("forum", _("Forum")), ("chat", _("Chat"))])
    answer = forms.ChoiceField(
        label=_("Do you want an answer?"),
        choices=[("yes", _("Yes, by e-mail")), ("no", _("No"))],
        widget=forms.RadioSelect,
    )
    contact = forms.EmailField(label=_("E-mail"), required=False, help_text=_("Only if you want an answer."))
    images = forms.FileField(label=_("Pictures"), required=False)
    consent = forms.BooleanField(label=_("What I have written is true to my knowledge."))


def gallery(request: HttpRequest) -> HttpResponse:
    """Show everything; for staff, which the address's wrapper makes sure of."""
    wrong = SampleForm({"addresses": "", "seen": "", "kind": "forum", "contact": "ana@"})
    return render(
        request,
        "components/gallery.html",
        {
            "empty_form": SampleForm(prefix="empty"),
            "wrong_form": wrong,
            "poses": POSES,
            "icons": ("arrow", "phone", "exit", "check", "file", "search", "print"),
            "step_labels": [_("Start"), _("Form"), _("Check"), _("Sent")],
            "receipt": ("7K3M", "Q9TZ", "V4HD", "2XNB"),
        },
    )
