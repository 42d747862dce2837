"""The page "My jobs": long work that a person started, with its progress, result or error."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from clicksafely.accounts.models import User
from clicksafely.common.audit.labels import describe
from clicksafely.common.models import AuditEvent
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.pages import DetailPage

# Finished jobs are listed for this long; the results themselves have their own periods.
LISTED_FOR: Final = timedelta(days=30)
MAX_LISTED: Final = 50


class JobState(TextChoices):
    """States of a job."""

    WAITING = "waiting", pgettext_lazy("job", "waiting")
    RUNNING = "running", pgettext_lazy("job", "in progress")
    FAILED = "failed", pgettext_lazy("job", "failed")
    DONE = "done", pgettext_lazy("job", "finished")


@dataclass(frozen=True)
class Job:
    """One job. `percent` (0 to 100) is None without a measure. `problems` are sentences.

    `url` is the page of the work or of its result.
    """

    title: str
    state: JobState
    began_at: datetime
    url: str = ""
    percent: int | None = None
    problems: tuple[str, ...] = ()

    @property
    def is_under_way(self) -> bool:
        return self.state in {JobState.WAITING, JobState.RUNNING}


# Jobs of a person that began after a time, and all unfinished ones.
type JobSelector = Callable[[User, datetime], Iterable[Job]]

_selectors: list[tuple[str, JobSelector]] = []
# The URL of the page with the result of an audited act; "" without one for this person.
type ResultPage = Callable[[User, AuditEvent], str]

# Audit actions of work done in one request.
_audited: dict[str, ResultPage] = {}


def register_jobs(permission: str, selector: JobSelector) -> None:
    """List the jobs of `selector(user, since)` for people with `permission`.

    The rows of the work itself are its queue and its state (docs/adr/0065). If a worker stops, another one resumes its
    row.
    """
    _selectors.append((permission, selector))


def register_audited_jobs(actions: Mapping[str, tuple[str, str] | ResultPage]) -> None:
    """List audit events with these actions as finished jobs. Work of one request, such as an import, has no row.

    {action: page of the result, or its permission and its URL name below `admin:`}.
    """
    for action, page in actions.items():
        _audited[action] = _page_with(*page) if isinstance(page, tuple) else page


def _page_with(permission: str, name: str) -> ResultPage:
    return lambda user, event: reverse(f"admin:{name}") if has_role_permission(user, permission) else ""


def jobs_of(user: User, *, now: datetime) -> list[Job]:
    """Return the jobs of one person: those under way first, then the newest first."""
    since = now - LISTED_FOR
    found = [
        job
        for permission, selector in _selectors
        if has_role_permission(user, permission)
        for job in selector(user, since)
    ]
    found += _audited_jobs(user, since)
    found.sort(key=lambda job: (job.is_under_way, job.began_at), reverse=True)
    return found[:MAX_LISTED]


def _audited_jobs(user: User, since: datetime) -> Iterable[Job]:
    events = AuditEvent.objects.filter(actor_id=user.pk, at__gte=since, action__in=list(_audited)).order_by("-at")
    for event in events[:MAX_LISTED]:
        yield Job(describe(event), JobState.DONE, event.at, _audited[event.action](user, event))


class MyJobs(DetailPage[None]):
    """The jobs of the signed-in person."""

    permissions = ()
    template_name = "staff/jobs.html"
    title = gettext_lazy("My jobs")

    def get_context(self) -> dict[str, Any]:
        jobs = jobs_of(self.user, now=self.now)
        return {
            "jobs": jobs,
            "under_way": any(job.is_under_way for job in jobs),
            "days": LISTED_FOR.days,
        }
