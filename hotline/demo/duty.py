"""The duty roster of the demonstration, so that supervisors see one. Its addresses are of reserved domains."""

from collections.abc import Iterator
from datetime import datetime, time

from clicksafely.accounts.models import User
from clicksafely.common.alerts.models import DutyShift
from clicksafely.common.alerts.roster_services import ShiftData, add_email_channel, save_shift
from hotline.demo.data import data


def load_demo(now: datetime) -> Iterator[tuple[int, int]]:
    """Create the channels and shifts, and yield (done, total) as progress; nothing if a shift exists."""
    if DutyShift.objects.exists():
        return
    roster = data("duty")
    total = len(roster["channels"]) + len(roster["shifts"])
    supervisor = User.objects.get(username="supervisor")
    for done, row in enumerate(roster["channels"], 1):
        person = User.objects.get(username=row["person"])
        add_email_channel(person=person, address=row["email"], actor=supervisor, now=now)
        yield done, total
    for done, row in enumerate(roster["shifts"], len(roster["channels"]) + 1):
        shift = ShiftData(
            person=User.objects.get(username=row["person"]),
            weekdays=row["weekdays"],
            starts_at=time.fromisoformat(row["starts_at"]),
            ends_at=time.fromisoformat(row["ends_at"]),
            order=row["order"],
        )
        save_shift(data=shift, actor=supervisor, now=now)
        yield done, total
