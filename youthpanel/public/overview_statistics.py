"""The panel in figures, as the public page tells them: no count of people under five."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F

from clicksafely.common.page_cache.list_cache import TimedListCache
from youthpanel.meetings.selectors import MIN_PUBLISHED_COUNT, PublishedMeeting, next_meeting_end, past_meetings
from youthpanel.models import Cohort, Edition, Member
from youthpanel.white_papers.content import BilingualText
from youthpanel.white_papers.panel_statistics import count_statistics


@dataclass(frozen=True)
class TownRow:
    """A town that members come from: its code; `members` is None where there are fewer than `MIN_PUBLISHED_COUNT`."""

    code: str
    members: int | None


@dataclass(frozen=True)
class CohortRow:
    """A cohort; `members` is None where there are fewer than `MIN_PUBLISHED_COUNT`."""

    cohort: Cohort
    members: int | None


@dataclass(frozen=True)
class PanelStatistics:
    """What the page shows. `members` is None where there are fewer than `MIN_PUBLISHED_COUNT`: then no other count of people is told either."""

    members: int | None
    schools: int
    meetings: int
    consultations: int
    attendance: int | None
    towns: list[TownRow]
    cohorts: list[CohortRow]

    @property
    def codes(self) -> list[str]:
        """The towns of the map."""
        return [town.code for town in self.towns]


def read_statistics(now: datetime) -> PanelStatistics:
    """The figures at `now`; seven queries. Where a single town or cohort would follow from the sum of the others, a second one is left out too."""
    figures = count_statistics(now)
    by_town: list[tuple[str, int]] = list(
        Member.objects.values_list("school__town").annotate(n=Count("id")).order_by("school__town")
    )
    by_cohort = dict(Member.objects.values_list("cohort").annotate(n=Count("id")).order_by("cohort"))
    cohorts = [(cohort, by_cohort[cohort.pk]) for cohort in Cohort.objects.filter(pk__in=by_cohort)]
    told = figures["members"] >= MIN_PUBLISHED_COUNT
    return PanelStatistics(
        members=figures["members"] if told else None,
        schools=figures["schools"],
        meetings=figures["meetings"],
        consultations=figures["consultations"],
        attendance=figures["attendance"] if told else None,
        towns=[TownRow(code, n if told else None) for code, n in suppress(by_town)],
        cohorts=[CohortRow(cohort, n if told else None) for cohort, n in suppress(cohorts)],
    )


def suppress[Key](counts: list[tuple[Key, int]]) -> list[tuple[Key, int | None]]:
    """The counts of parts of a known sum, without those under `MIN_PUBLISHED_COUNT`. What is hidden is two parts at least, and as many people: the next smallest go with it."""
    by_size = sorted(range(len(counts)), key=lambda place: counts[place][1])
    hidden = [place for place in by_size if counts[place][1] < MIN_PUBLISHED_COUNT]
    for place in by_size[len(hidden) :]:
        if not hidden or (len(hidden) > 1 and sum(counts[each][1] for each in hidden) >= MIN_PUBLISHED_COUNT):
            break
        hidden.append(place)
    return [(key, None if place in hidden else n) for place, (key, n) in enumerate(counts)]


def newest_editions() -> list[tuple[BilingualText, Edition]]:
    """The newest edition of every White Paper with its title as it was issued, the newest first; one query."""
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
    """What the page tells of the panel, in every language."""

    panel: PanelStatistics
    timeline: list[PublishedMeeting]
    editions: list[tuple[BilingualText, Edition]]


def _overview_until_change(_key: None, now: datetime) -> tuple[list[Overview], datetime | None]:
    return [Overview(read_statistics(now), past_meetings(now), newest_editions())], next_meeting_end(now)


# One, counted once a content generation: whoever writes what it is counted from begins a new one.
cached_overview = TimedListCache(_overview_until_change)
