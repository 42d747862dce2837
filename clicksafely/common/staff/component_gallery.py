"""The component gallery: every component of the site in every state, for those who build and edit it."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clicksafely.common.statistics.charts import bar_chart
from clicksafely.common.statistics.tables import ChartedTable, MeasureSection, PublishedValue, TableRow
from clicksafely.common.templatetags.illustrations import AVAILABLE_ILLUSTRATIONS

# The tokens that are colours, and the weights of the face that are used (static/css/tokens.css).
COLOURS = (
    *(
        "paper",
        "card",
        "wash",
        "line",
        "edge",
        "ink",
        "soft",
        "teal",
        "teal-2",
        "teal-hover",
        "on-teal",
        "sun",
        "sun-hover",
        "on-sun",
    ),
    *("coral", "report", "report-hover", "on-report", "danger", "link", "focus", "mint", "peach", "sky", "lilac"),
    *("night", "on-night", "night-soft", "night-line"),
)
WEIGHTS = (400, 500, 600, 700, 800)
# What Klik does in each picture.
POSES = {
    "hello": pgettext_lazy("Klik", "says hello"),
    "asks": pgettext_lazy("Klik", "asks"),
    "reads": pgettext_lazy("Klik", "reads"),
    "celebrates": pgettext_lazy("Klik", "celebrates"),
    "guards": pgettext_lazy("Klik", "guards"),
    "sleeps": pgettext_lazy("Klik", "sleeps"),
    "lost": pgettext_lazy("Klik", "is lost"),
    "oops": pgettext_lazy("Klik", "has broken something"),
}
DRAWINGS = {
    "topics": pgettext_lazy("drawings", "Topics"),
    "games": pgettext_lazy("drawings", "Games"),
    "kinds": pgettext_lazy("drawings", "Kinds of pages"),
    "scenes": pgettext_lazy("drawings", "Scenes"),
}


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


def sample_chapter() -> MeasureSection:
    """A chart with its table: a long bar, a short one, and one that is hidden."""
    rows = [
        TableRow(gettext("Forum"), PublishedValue(120), 75, ()),
        TableRow(gettext("Chat"), PublishedValue(40), 25, ()),
        TableRow("—", PublishedValue(None), None, ()),
    ]
    chart = bar_chart([(row.label, row.value.count) for row in rows])
    section = ChartedTable("sample", gettext("A title"), chart, is_columns=False, rows=rows, total=PublishedValue(160))
    return MeasureSection("sample-chapter", True, gettext("Chart and table"), "", [section])


def gallery(request: HttpRequest) -> HttpResponse:
    """Show everything; for staff, which the address's wrapper makes sure of."""
    wrong = SampleForm({"addresses": "", "seen": "", "kind": "forum", "answer": "yes", "contact": "ana@"})
    chapter = sample_chapter()
    parted = [drawn.partition("/") for drawn in AVAILABLE_ILLUSTRATIONS]
    return render(
        request,
        "components/gallery.html",
        {
            "empty_form": SampleForm(prefix="empty"),
            "wrong_form": wrong,
            "alone": SampleForm({}, prefix="alone")["addresses"],
            "colours": COLOURS,
            "weights": WEIGHTS,
            "chapter": chapter,
            "section": chapter.sections[0],
            "drawings": [
                (folder, label, sorted(name for place, _slash, name in parted if place == folder))
                for folder, label in DRAWINGS.items()
            ],
            "poses": POSES.items(),
            "icons": ("arrow", "phone", "exit", "check", "file", "search", "print"),
            "step_labels": [_("Start"), _("Form"), _("Check"), _("Sent")],
            "receipt": ("7K3M", "Q9TZ", "V4HD", "2XNB"),
        },
    )
