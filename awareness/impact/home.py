"""The Centre's figures on the home page of editors: downloads and plays of the last 30 days, by topic."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Sum
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from awareness.library.models import DownloadCount
from awareness.quizzes.models import PlayCount
from awareness.topics.models import Topic
from clicksafely.accounts.models import User
from clicksafely.common.staff.home import HomePlot, PlotRow, hide_small, register_plots

DAYS: Final = 30
MAX_TOPICS: Final = 12


def register() -> None:
    """Add the plots to the home page."""
    register_plots("library.change_resource", download_plots)
    register_plots("quizzes.change_quiz", play_plots)


def download_plots(user: User, now: datetime) -> Iterable[HomePlot]:
    """Downloads of resource files by topic. Two queries."""
    counts = DownloadCount.objects.filter(day__gt=_since(now)).values_list("file__resource__topics")
    yield HomePlot(
        "downloads-topic",
        _("Downloads of the last 30 days by topic"),
        _by_topic(counts.annotate(number=Sum("count")), "admin:library_resource_changelist"),
        reverse("admin:library_resource_changelist"),
        note=_note(),
    )


def play_plots(user: User, now: datetime) -> Iterable[HomePlot]:
    """Quizzes played by topic. Two queries."""
    counts = PlayCount.objects.filter(day__gt=_since(now)).values_list("quiz__topics")
    yield HomePlot(
        "plays-topic",
        _("Quizzes played in the last 30 days by topic"),
        _by_topic(counts.annotate(number=Sum("started")), "admin:quizzes_quiz_changelist"),
        reverse("admin:quizzes_quiz_changelist"),
        note=_note(),
    )


def _by_topic(counts: Any, changelist: str) -> list[PlotRow]:
    """Return the topics with the highest numbers. Numbers below the limit of publication are hidden."""
    numbers: dict[int | None, int] = dict(counts.order_by("-number")[: MAX_TOPICS + 1])
    titles = Topic.objects.in_bulk([pk for pk in numbers if pk])
    url = reverse(changelist)
    return [
        PlotRow(titles[pk].title, hide_small(number), f"{url}?topics__id__exact={pk}")
        if pk
        else PlotRow(_("without a topic"), hide_small(number))
        for pk, number in numbers.items()
        if number
    ][:MAX_TOPICS]


def _since(now: datetime) -> Any:
    return localdate(now) - timedelta(days=DAYS)


def _note() -> str:
    return _("An item with several topics counts for each of them. Numbers from 1 to 4 are hidden.")
