"""Queries of openings: the people who opened content and data of a case, and the openings of one person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib import admin
from django.db.models import Count, Max, Min, Q, QuerySet

from clicksafely.accounts.models import User
from clicksafely.common.audit.labels import name_subjects
from clicksafely.common.audit.related_subjects import Subject, related_subjects
from clicksafely.common.audit.visibility import withheld_from
from clicksafely.common.models import AuditEvent
from clicksafely.common.staff.list_mixins import MAX_DIGITS

# Events that show a person content or data of others. Each ends with one of these; a case that is opened again is none.
ENDINGS: Final = (".opened", "_opened", ".revealed", ".password_read", ".downloaded", ".exported", ".searched")
MAX_NAME: Final = 150
MAX_ROWS: Final = 500


@dataclass(frozen=True)
class Target:
    """The object of a question: a subject (table and ID), or a person (ID of the account)."""

    subject: Subject | None = None
    person: int | None = None


@dataclass(frozen=True)
class Opening:
    """All openings of one kind, of one subject by one person. `event` is the latest."""

    event: AuditEvent
    username: str
    count: int
    first: datetime
    last: datetime


def opening_condition() -> Q:
    """Return the condition of events that are openings by a person."""
    condition = Q()
    for ending in ENDINGS:
        condition |= Q(action__endswith=ending)
    return condition & Q(actor_id__isnull=False)


def find_subject(reference: str) -> Subject | None:
    """Return the row of a reference such as NP-2026-000042 or B-2026-000042; None for other texts."""
    letters, _dash, rest = reference.strip().upper().partition("-")
    number = rest.rpartition("-")[2]
    if not (number.isascii() and number.isdecimal() and len(number) <= MAX_DIGITS):
        return None
    tables = (
        model._meta.db_table
        for model, model_admin in admin.site._registry.items()
        if letters and letters == getattr(model_admin, "reference_letters", "")
    )
    return next(((table, int(number)) for table in tables), None)


def find_person(username: str) -> int | None:
    """Return the ID of the account with this user name, or None."""
    name = username.strip()[:MAX_NAME]
    return User.objects.filter(username=name).values_list("pk", flat=True).first() if name else None


def find_target(term: str) -> Target | None:
    """Return the row of a reference, or the account of a user name; None for other terms."""
    subject = find_subject(term)
    if subject is not None:
        return Target(subject=subject)
    person = find_person(term)
    return None if person is None else Target(person=person)


def openings_of(target: Target, *, reader: User | None = None) -> list[Opening]:
    """Return the openings of a subject and its related subjects, or those by a person.

    Openings that are withheld from `reader` are left out. The latest come first, at most `MAX_ROWS`.
    """
    events = AuditEvent.objects.filter(opening_condition())
    if reader is not None:
        events = events.exclude(withheld_from(reader))
    if target.subject is not None:
        events = events.filter(_about(target.subject))
    else:
        events = events.filter(actor_id=target.person)
    return _grouped(events)


def _about(subject: Subject) -> Q:
    condition = Q()
    for table, number in [subject, *related_subjects(subject)]:
        condition |= Q(subject_table=table, subject_id=number)
    return condition


def _grouped(events: QuerySet[AuditEvent]) -> list[Opening]:
    groups = events.order_by().values("actor_id", "action", "subject_table", "subject_id")
    figures = groups.annotate(count=Count("pk"), first=Min("at"), latest=Max("pk"), last=Max("at")).order_by("-latest")
    rows = list(figures[:MAX_ROWS])
    found = AuditEvent.objects.in_bulk([row["latest"] for row in rows])
    name_subjects(found.values())
    names = dict(User.objects.filter(pk__in={row["actor_id"] for row in rows}).values_list("pk", "username"))
    return [
        Opening(found[row["latest"]], names.get(row["actor_id"] or 0, ""), row["count"], row["first"], row["last"])
        for row in rows
    ]
