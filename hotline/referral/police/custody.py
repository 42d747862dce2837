"""The chain of custody of a case, from the audit trail: events about the referred content, with time and actor."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from hotline.models import Report, Route
from hotline.states import Round

# Events about the evidence and decisions on it. Messages to the reporter, notes and claims are left out.
LINES: dict[str, Promise] = {
    "report.received": _("Report received"),
    "partner.reported": _("Sent by a partner"),
    "report.entered": _("Entered by hand"),
    "report.triaged": _("Triage finished"),
    "report.items_added": _("Addresses added"),
    "report.hash_matched": _("A file is on a hash list"),
    "item.assessed": _("Assessment: %(round)s"),
    "words.opened": _("Reporter's text opened"),
    "address.opened": _("Address opened"),
    "item.unopened_excused": _("Decided without opening everything"),
    "mail.opened": _("E-mail message opened"),
    "upload.revealed": _("Picture revealed"),
    "upload.locked": _("Picture locked: suspected child sexual abuse material"),
    "upload.suspected": _("Picture locked: a colleague suspects child sexual abuse material"),
    "upload.suspicion_withdrawn": _("Suspicion about a picture withdrawn"),
    "upload.unlocked": _("Picture unlocked"),
    "upload.packed": _("Locked picture added to the police package"),
    "referral.pictures": _("Locked pictures to be handed to the police"),
    "referral.created": _("To be handed over to the police"),
    "referral.urgent": _("To the police at once: a child is in imminent danger"),
    "referral.reviewed": _("A supervisor has reviewed the urgent referral"),
    "referral.reason_opened": _("The reason for the urgent referral was read"),
    "police.words_opened": _("Opened by the portal for the package %(package)s"),
    "police.packed": _("Added to the package %(package)s"),
    "police.returned": _("Package %(package)s was returned undelivered"),
    "police.delivered": _("Package %(package)s handed over to the police"),
}


@dataclass(frozen=True)
class CustodyEntry:
    """One entry: the event's number in the audit trail, ISO 8601 in UTC, the account's name ("" for the portal)."""

    event: int
    at: str
    who: str
    action: str
    text: str

    def as_dict(self) -> dict[str, str | int]:
        """Return an entry of `custody` in the package."""
        return asdict(self)


def as_utc(moment: datetime) -> str:
    """Return the time as `2026-03-02T10:30:00Z`."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def custody_chain(report: Report, items: Collection[int]) -> list[CustodyEntry]:
    """Events of a case and of `items` (ids) in it, oldest first, without its other items and routes."""
    events = list(
        AuditEvent.objects.filter(
            subject_table=Report._meta.db_table, subject_id=report.pk, action__in=list(LINES)
        ).order_by("pk")
    )
    events = [event for event in events if _concerns(event, items)]
    actors = {event.actor_id for event in events if event.actor_id is not None}
    names = dict(User.objects.filter(pk__in=actors).values_list("pk", "username"))
    return [_link(event, names) for event in events]


def _concerns(event: AuditEvent, items: Collection[int]) -> bool:
    item = event.data.get("item")
    return (item is None or item in items) and event.data.get("route", Route.POLICE) == Route.POLICE


def _link(event: AuditEvent, names: Mapping[int, str]) -> CustodyEntry:
    values = {"round": _round(event.data.get("round")), "package": event.data.get("reference", "")}
    who = "" if event.actor_id is None else names.get(event.actor_id, f"#{event.actor_id}")
    return CustodyEntry(event.pk, as_utc(event.at), who, event.action, str(LINES[event.action]) % values)


def _round(code: object) -> str:
    return str(Round(code).label) if code in Round.values else ""
