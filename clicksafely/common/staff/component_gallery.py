"""Component gallery: every component of the site in every state, for developers and designers."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clicksafely.common.illustrations import AVAILABLE_ILLUSTRATIONS
from clicksafely.common.list_filters import FilterChoice, PresentedFilter
from clicksafely.common.statistics.charts import bar_chart
from clicksafely.common.statistics.tables import ChartedTable, MeasureSection, PublishedValue, TableRow

# Colour tokens and font weights in use (static/css/tokens.css).
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
    *("white", "black", "dark", "dark-teal", "print-line"),
)
WEIGHTS = (400, 500, 600, 700, 800)
# The activity of the mascot Klik in each picture.
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
    "stories": pgettext_lazy("drawings", "Stories"),
    "cards": pgettext_lazy("drawings", "Cards"),
    "finds": pgettext_lazy("drawings", "Surprise stickers"),
    "kinds": pgettext_lazy("drawings", "Kinds of pages"),
    "scenes": pgettext_lazy("drawings", "Scenes"),
    "kits": pgettext_lazy("drawings", "Lesson kits"),
    "news": pgettext_lazy("drawings", "News"),
}


class SampleForm(forms.Form):
    """One field of each type."""

    addresses = forms.CharField(
        label=_("Addresses"),
        help_text=_("One on each line."),
        widget=forms.Textarea(attrs={"rows": 3, "inputmode": "url"}),
    )
    seen = forms.DateField(label=_("Time seen"), widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(label=_("Site type"), choices=[("", "—"), ("forum", _("Forum")), ("chat", _("Chat"))])
    answer = forms.ChoiceField(
        label=_("Do you want an answer?"),
        choices=[("yes", _("Yes, by e-mail")), ("no", _("No"))],
        widget=forms.RadioSelect,
    )
    contact = forms.EmailField(label=_("E-mail"), required=False, help_text=_("Only if you want an answer."))
    images = forms.FileField(label=_("Pictures"), required=False)
    consent = forms.BooleanField(label=_("The information is true to the best of my knowledge."))


def sample_chapter() -> MeasureSection:
    """Return a chart with its table: a long bar, a short one, and a hidden one."""
    rows = [
        TableRow(gettext("Forum"), PublishedValue(120), 75, ()),
        TableRow(gettext("Chat"), PublishedValue(40), 25, ()),
        TableRow("—", PublishedValue(None), None, ()),
    ]
    chart = bar_chart([(row.label, row.value.count) for row in rows])
    section = ChartedTable("sample", gettext("A title"), chart, is_columns=False, rows=rows, total=PublishedValue(160))
    return MeasureSection("sample-chapter", True, gettext("Chart and table"), "", [section])


def gallery(request: HttpRequest) -> HttpResponse:
    """Show all components. The URL's wrapper restricts the page to staff."""
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
            "filter": PresentedFilter(
                "level",
                _("Age"),
                _("all ages"),
                [
                    FilterChoice("7-10", "7-10", "level=7-10", True, 3),
                    FilterChoice("11-14", "11-14", "level=11-14", False, 5),
                ],
                "",
            ),
            "page": Paginator(range(30), 10).get_page(2),
            "receipt": ("7K3M", "Q9TZ", "V4HD", "2XNB"),
        },
    )
