"""Queries of safeguarding notes. None reads content."""

from datetime import date, timedelta
from typing import Final

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from clicksafely.common.permissions import users_with_permission
from youthpanel.models import Consultation, Member, SafeguardingAction, SafeguardingNote
from youthpanel.permissions import OPEN_NOTE

# A lead and a deputy.
MIN_LEADS: Final = 2
WEEK: Final = timedelta(days=7)
# Audit events of a note.
OPENED: Final = "safeguarding_note.opened"
HANDED_OVER: Final = "safeguarding_note.handed_over"


def list_notes() -> QuerySet[SafeguardingNote]:
    """All notes without their content: open notes first, urgent ones before others. `next_day` is the day of the next open action."""
    open_first = (F("closed_at").desc(nulls_first=True), "-urgent", "-written_at", "-pk")
    people = ("member", "written_by", "assigned_to")
    notes = SafeguardingNote.objects.defer("sealed", "sealed_outcome").select_related(*people)
    return notes.annotate(next_day=Min("actions__due_on", filter=Q(actions__done_at=None))).order_by(*open_first)


def count_open_notes() -> int:
    return SafeguardingNote.objects.filter(closed_at=None).count()


def overdue_actions(today: date) -> QuerySet[SafeguardingAction]:
    """Actions and follow-ups of open notes that should have been done before `today`."""
    return SafeguardingAction.objects.filter(done_at=None, due_on__lt=today, note__closed_at=None)


def actions_of_the_week(today: date) -> QuerySet[SafeguardingAction]:
    """Actions and follow-ups of open notes that are due today or in the next seven days."""
    ahead = (today, today + WEEK)
    return SafeguardingAction.objects.filter(done_at=None, due_on__range=ahead, note__closed_at=None)


def unopened_handovers() -> QuerySet[SafeguardingNote]:
    """Open notes that were handed over to a person who has not opened them since. A person who takes a case over knows it."""
    events = AuditEvent.objects.filter(subject_table=SafeguardingNote._meta.db_table, subject_id=OuterRef("pk"))
    opened_by_assignee = Q(action=OPENED, actor_id=OuterRef("assigned_to"))
    last = events.filter(Q(action=HANDED_OVER) | opened_by_assignee).order_by("-pk").values("actor_id")[:1]
    notes = SafeguardingNote.objects.filter(closed_at=None, assigned_to__isnull=False).annotate(
        last_actor=Subquery(last)
    )
    return notes.filter(~Q(last_actor=F("assigned_to")), last_actor__isnull=False)


def count_waiting(user: User, today: date) -> int:
    """Return the number of open notes that no one has taken, with an overdue action, or handed over to `user` and not opened since."""
    overdue = overdue_actions(today).filter(note=OuterRef("pk"))
    handed_over = unopened_handovers().filter(assigned_to=user).values("pk")
    waiting = Q(assigned_to=None) | Exists(overdue) | Q(pk__in=handed_over)
    return SafeguardingNote.objects.filter(waiting, closed_at=None).count()


def leads() -> QuerySet[User]:
    """Return the lead and the deputy: all active accounts that may open notes."""
    return users_with_permission(OPEN_NOTE)


def author_of_answer(consultation: Consultation, text: str) -> Member | None:
    """The member who wrote this answer in a consultation with names, if exactly one did; always None in an anonymous one."""
    if consultation.anonymous:
        return None
    named = consultation.sheets.select_related("member").exclude(member=None)
    authors = {sheet.member for sheet in named if any(answer.get("text") == text for answer in sheet.answers.values())}
    return authors.pop() if len(authors) == 1 else None
