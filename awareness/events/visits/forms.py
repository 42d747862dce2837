"""The form of a request for a visit."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset
from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from awareness.events.bookings.forms import ContactMixin, SchoolMixin, laid_out
from awareness.events.models.visit_request import MAX_WEEKS
from awareness.events.visits.services import Visit
from awareness.topics.models import Topic
from clicksafely.common.fields import PlainTextField
from clicksafely.common.http.cookieless_forms import HONEYPOT

# The weeks that a school can choose, from the second week ahead.
FIRST_WEEK: Final = 2
WEEKS: Final = 30
_NAMES: Final = tuple(f"week{number}" for number in range(1, MAX_WEEKS + 1))


def week_choices(today: date) -> list[tuple[str, str]]:
    """Return the Mondays that can be chosen, each with the days of its week."""
    monday = today - timedelta(days=today.weekday())
    mondays = [monday + timedelta(weeks=number) for number in range(FIRST_WEEK, FIRST_WEEK + WEEKS)]
    return [
        (
            each.isoformat(),
            f"{date_format(each, 'SHORT_DATE_FORMAT')} – {date_format(each + timedelta(days=4), 'SHORT_DATE_FORMAT')}",
        )
        for each in mondays
    ]


class VisitForm(SchoolMixin, ContactMixin):
    """The school, its class and topic, the weeks that suit, and the contact person."""

    topic = forms.ChoiceField(label=gettext_lazy("What should we talk about?"), required=False)
    week1 = forms.ChoiceField(label=gettext_lazy("First possible week"))
    week2 = forms.ChoiceField(label=gettext_lazy("Second possible week"), required=False)
    week3 = forms.ChoiceField(label=gettext_lazy("Third possible week"), required=False)
    needs = PlainTextField(
        label=gettext_lazy("Your message"),
        help_text=gettext_lazy("What should we know? Please do not enter names of pupils."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, topics: Sequence[Topic], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topics = {topic.slug: topic for topic in topics}
        fields: Any = self.fields
        fields["topic"].choices = [("", _("We are open to your proposal")), *((t.slug, t.title) for t in topics)]
        for name in _NAMES:
            empty = pgettext_lazy("choice", "Choose") if name == _NAMES[0] else "—"
            fields[name].choices = [("", empty), *week_choices(today)]
        fields["email"].help_text = gettext_lazy("We answer to this address or call you.")
        fields["phone"].required, fields["phone"].help_text = False, ""

    @property
    def helper(self) -> FormHelper:
        """The crispy layout."""
        return laid_out(
            Fieldset(
                _("Your class"),
                "school",
                Div("school_kind", "town", css_class="pair"),
                Div("grade", "pupils", css_class="pair"),
                "topic",
            ),
            Fieldset(_("When"), Div(*_NAMES, css_class="three")),
            Fieldset(_("You"), "name", Div("email", "phone", css_class="pair"), "needs"),
            HTML("{% include 'components/honeypot.html' with name='" + HONEYPOT + "' only %}"),
        )

    def visit(self, language: str) -> Visit:
        """Return the request of a valid form; `language` is a code of LANGUAGES."""
        data = self.cleaned_data
        return Visit(
            **self.school_values(),
            pupils=data["pupils"],
            topic=self.topics.get(data["topic"]),
            weeks=[date.fromisoformat(data[name]) for name in _NAMES if data[name]],
            contact=self.contact(),
            language=language,
        )
