"""Statistics of the public overview page. Counts of fewer than five people are not published."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F

from clicksafely.common.page_cache.list_cache import TimedListCache
from clicksafely.common.statistics.disclosure_control import suppress_parts
from youthpanel.meetings.selectors import MIN_PUBLISHED_COUNT, PublishedMeeting, next_meeting_end, past_meetings
from youthpanel.models import Cohort, Edition, Member
from youthpanel.white_papers.content import BilingualText
from youthpanel.white_papers.panel_statistics import count_statistics


@dataclass(frozen=True)
class TownRow:
    """A town of members as a code; `members` is None below `MIN_PUBLISHED_COUNT`."""

    code: str
    members: int | None


@dataclass(frozen=True)
class CohortRow:
    """A cohort; `members` is None below `MIN_PUBLISHED_COUNT`."""

    cohort: Cohort
    members: int | None


@dataclass(frozen=True)
class PanelStatistics:
    """The statistics of the page.

    Below `MIN_PUBLISHED_COUNT`, `members` is None and no other count of people is published.
    """

    members: int | None
    schools: int
    meetings: int
    consultations: int
    attendance: int | None
    towns: list[TownRow]
    cohorts: list[CohortRow]

    @property
    def codes(self) -> list[str]:
        """The town codes for the map."""
        return [town.code for town in self.towns]


def read_statistics(now: datetime) -> PanelStatistics:
    """Return the statistics at `now`, of members of public cohorts; seven queries.

    If a suppressed town or cohort could be computed from the others, a second one is suppressed too.
    """
    figures = count_statistics(now)
    public = Member.objects.filter(cohort__is_public=True)
    by_town: list[tuple[str, int]] = list(
        public.values_list("school__town").annotate(n=Count("id")).order_by("school__town")
    )
    by_cohort = dict(public.values_list("cohort").annotate(n=Count("id")).order_by("cohort"))
    cohorts = [(cohort, by_cohort[cohort.pk]) for cohort in Cohort.objects.filter(pk__in=by_cohort)]
    is_publishable = figures["members"] >= MIN_PUBLISHED_COUNT
    return PanelStatistics(
        members=figures["members"] if is_publishable else None,
        schools=figures["schools"],
        meetings=figures["meetings"],
        consultations=figures["consultations"],
        attendance=figures["attendance"] if is_publishable else None,
        towns=[TownRow(code, n if is_publishable else None) for code, n in suppress_parts(by_town)],
        cohorts=[CohortRow(cohort, n if is_publishable else None) for cohort, n in suppress_parts(cohorts)],
    )


def newest_editions() -> list[tuple[BilingualText, Edition]]:
    """Return the newest edition of every White Paper with its published title, the newest first; one query."""
    editions = (
        Edition.objects.select_related("paper")
        .defer("content")
        .annotate(title=F("content__title"))
        .order_by("paper_id", "-number")
        .distinct("paper_id")
    )
    found = sorted(editions, key=lambda edition: edition.issued_at, reverse=True)
    return [(edition.title, edition) for edition in found]


@dataclass(frozen=True)
class Overview:
    """The content of the overview page, for all languages."""

    panel: PanelStatistics
    timeline: list[PublishedMeeting]
    editions: list[tuple[BilingualText, Edition]]


def _overview_until_change(_key: None, now: datetime) -> tuple[list[Overview], datetime | None]:
    return [Overview(read_statistics(now), past_meetings(now), newest_editions())], next_meeting_end(now)


# Recomputed when the content version changes. Services that change its sources bump that version.
cached_overview = TimedListCache(_overview_until_change)
