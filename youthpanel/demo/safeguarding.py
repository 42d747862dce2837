"""Safeguarding notes of the demonstration: a new one of a child, one in progress, and one closed."""

import random
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from clicksafely.accounts.models import User
from clicksafely.common.content.schema import read_data
from youthpanel.models import ActionKind, Member, NoteOutcome, SafeguardingNote
from youthpanel.safeguarding.services import (
    NoteData,
    close_note,
    finish_action,
    plan_action,
    take_note,
    write_note,
    write_note_as_child,
)


def load_notes(members: list[Member], author: User, lead: User, now: datetime, chance: random.Random) -> None:
    """Write the notes of `safeguarding.yaml`; the lead works on those that are taken."""
    for row in read_data(settings.BASE_DIR / "youthpanel" / "demo" / "safeguarding.yaml")["notes"]:
        member, at = members[row["member"]], now - timedelta(days=row["days"], hours=2)
        if row["source"] == "child":
            form = UUID(int=chance.getrandbits(128), version=4)
            write_note_as_child(member=member, text=row["text"], form=form, now=at)
        else:
            draft = NoteData(text=row["text"], member=member, urgent=row["urgent"])
            write_note(draft=draft, actor=author, now=at)
        if row.get("taken"):
            _work(SafeguardingNote.objects.latest("id"), row, lead, at)


def _work(note: SafeguardingNote, row: dict[str, Any], lead: User, at: datetime) -> None:
    take_note(note=note, actor=lead, now=at)
    for planned in row.get("actions", ()):
        due = at + timedelta(days=planned["due_days"])
        plan_action(
            note=note, kind=ActionKind(planned["kind"]), text=planned["text"], due_on=due.date(), actor=lead, now=at
        )
        if "result" in planned:
            finish_action(action=note.actions.latest("id"), result=planned["result"], actor=lead, now=due)
    if "outcome" in row:
        close_note(
            note=note,
            outcome=NoteOutcome(row["outcome"]),
            words=row["words"],
            actor=lead,
            now=at + timedelta(days=30),
        )
