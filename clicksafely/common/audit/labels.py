"""Audit events in words: what happened to what. Apps register their own sentences; all others are composed."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final

from django.apps import apps
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import pgettext_lazy

from clicksafely.common.models import AuditEvent

type Labeller = Callable[[AuditEvent], str]

_labellers: dict[str, Labeller] = {}

# The last part of an action, after the name of its subject: "Booking: changed".
ACTS: Final[Mapping[str, Promise]] = {
    "absent": pgettext_lazy("audit", "did not come"),
    "accepted": pgettext_lazy("audit", "accepted"),
    "account_closed": pgettext_lazy("audit", "account closed"),
    "acknowledged": pgettext_lazy("audit", "receipt confirmed"),
    "action_done": pgettext_lazy("audit", "action done"),
    "action_planned": pgettext_lazy("audit", "action planned"),
    "activated": pgettext_lazy("audit", "switched on"),
    "added": pgettext_lazy("audit", "added"),
    "anonymised": pgettext_lazy("audit", "made anonymous"),
    "answer_refused": pgettext_lazy("audit", "answer not sent, the key was changed in the database"),
    "answered": pgettext_lazy("audit", "answered"),
    "approved": pgettext_lazy("audit", "approved"),
    "attendance_recorded": pgettext_lazy("audit", "attendance recorded"),
    "attended": pgettext_lazy("audit", "came"),
    "authenticator_app_replaced": pgettext_lazy("audit", "authenticator app replaced"),
    "booked": pgettext_lazy("audit", "booked"),
    # Recorded by earlier versions, as is "lapsed" below: entries of the audit trail never change.
    "called_off": pgettext_lazy("audit", "cancelled by us"),
    "cancelled": pgettext_lazy("audit", "cancelled"),
    "cancelled_by_staff": pgettext_lazy("audit", "cancelled by us"),
    "changed": pgettext_lazy("audit", "changed"),
    "channel_added": pgettext_lazy("audit", "channel of alerts added"),
    "channel_removed": pgettext_lazy("audit", "channel of alerts removed"),
    "claimed": pgettext_lazy("audit", "claimed"),
    "closed": pgettext_lazy("audit", "closed"),
    "closing_undone": pgettext_lazy("audit", "closing undone"),
    "contact_opened": pgettext_lazy("audit", "contact details opened"),
    "contacts_opened": pgettext_lazy("audit", "contact details of all bookings opened"),
    "copied": pgettext_lazy("audit", "copied"),
    "created": pgettext_lazy("audit", "created"),
    "deactivated": pgettext_lazy("audit", "switched off"),
    "deadlines_changed": pgettext_lazy("audit", "deadlines changed"),
    "declined": pgettext_lazy("audit", "declined"),
    "deleted": pgettext_lazy("audit", "deleted"),
    "downloaded": pgettext_lazy("audit", "downloaded"),
    "draft_discarded": pgettext_lazy("audit", "draft discarded"),
    "draft_refused": pgettext_lazy("audit", "scheduled draft could not be published"),
    "draft_saved": pgettext_lazy("audit", "draft saved"),
    "draft_scheduled": pgettext_lazy("audit", "draft scheduled"),
    "edition_cancelled": pgettext_lazy("audit", "edition cancelled"),
    "edition_started": pgettext_lazy("audit", "edition started"),
    "email_failed": pgettext_lazy("audit", "e-mail not delivered"),
    "email_resent": pgettext_lazy("audit", "e-mail sent again"),
    "email_retried": pgettext_lazy("audit", "e-mail to the police sent again"),
    "ended": pgettext_lazy("audit", "ended without a claim"),
    "enrolled": pgettext_lazy("audit", "account created"),
    "erased": pgettext_lazy("audit", "erased"),
    "expired": pgettext_lazy("audit", "expired"),
    "exported": pgettext_lazy("audit", "exported"),
    "handed_over": pgettext_lazy("audit", "handed over"),
    "handled": pgettext_lazy("audit", "handled"),
    "host_forbidden": pgettext_lazy("audit", "webhooks to this host forbidden"),
    "host_permitted": pgettext_lazy("audit", "webhooks to this host permitted"),
    "ideas_entered": pgettext_lazy("audit", "ideas entered"),
    "imported": pgettext_lazy("audit", "imported"),
    "issued": pgettext_lazy("audit", "issued"),
    "lapsed": pgettext_lazy("audit", "expired"),
    "mail_failed": pgettext_lazy("audit", "e-mail to the police not delivered"),
    "message_failed": pgettext_lazy("audit", "message not delivered"),
    "message_sent": pgettext_lazy("audit", "message sent"),
    "minutes_saved": pgettext_lazy("audit", "minutes saved"),
    "moved": pgettext_lazy("audit", "time or place changed"),
    "name_opened": pgettext_lazy("audit", "name and school of the child opened"),
    "names_opened": pgettext_lazy("audit", "list of names opened"),
    "offered": pgettext_lazy("audit", "places offered"),
    "open": pgettext_lazy("audit", "opened"),
    "opened": pgettext_lazy("audit", "opened"),
    "package_created": pgettext_lazy("audit", "created"),
    "package_delivered": pgettext_lazy("audit", "handed over to the police"),
    "package_discarded": pgettext_lazy("audit", "discarded"),
    "package_returned": pgettext_lazy("audit", "returned undelivered"),
    "identity_connected": pgettext_lazy("audit", "identity of a sign-in service connected"),
    "identity_disconnected": pgettext_lazy("audit", "identity of a sign-in service removed"),
    "passkey_added": pgettext_lazy("audit", "passkey added"),
    "passkey_removed": pgettext_lazy("audit", "passkey removed"),
    "passkey_renamed": pgettext_lazy("audit", "passkey renamed"),
    "password_read": pgettext_lazy("audit", "password read"),
    "planned": pgettext_lazy("audit", "planned"),
    "posted_by_facilitator": pgettext_lazy("audit", "written by a facilitator"),
    "proposed": pgettext_lazy("audit", "proposed"),
    "published": pgettext_lazy("audit", "published"),
    "raised": pgettext_lazy("audit", "raised"),
    "received": pgettext_lazy("audit", "received"),
    "recovery_approved": pgettext_lazy("audit", "recovery approved"),
    "recovery_codes_replaced": pgettext_lazy("audit", "recovery codes replaced"),
    "recovery_rejected": pgettext_lazy("audit", "recovery rejected"),
    "recovery_requested": pgettext_lazy("audit", "recovery requested"),
    "refused": pgettext_lazy("audit", "refused"),
    "registrar": pgettext_lazy("audit", "registrar found"),
    "removed": pgettext_lazy("audit", "removed"),
    "reopened": pgettext_lazy("audit", "opened again"),
    "replaced": pgettext_lazy("audit", "replaced"),
    "reported": pgettext_lazy("audit", "reported"),
    "resized": pgettext_lazy("audit", "number of places changed"),
    "response_recorded": pgettext_lazy("audit", "response recorded"),
    "restored": pgettext_lazy("audit", "restored"),
    "results_shown": pgettext_lazy("audit", "results shown"),
    "retried": pgettext_lazy("audit", "tried again"),
    "revoked": pgettext_lazy("audit", "revoked"),
    "round_started": pgettext_lazy("audit", "round of opinion cards started"),
    "rules_changed": pgettext_lazy("audit", "changed"),
    "saved": pgettext_lazy("audit", "saved"),
    "scheduled": pgettext_lazy("audit", "scheduled"),
    "searched": pgettext_lazy("audit", "searched"),
    "second_factors_reset": pgettext_lazy("audit", "second factors reset"),
    "shift_added": pgettext_lazy("audit", "added"),
    "shift_changed": pgettext_lazy("audit", "changed"),
    "shift_removed": pgettext_lazy("audit", "removed"),
    "shown": pgettext_lazy("audit", "shown"),
    "statements_saved": pgettext_lazy("audit", "statements of opinion cards saved"),
    "step": pgettext_lazy("audit", "people alerted"),
    "unpublished": pgettext_lazy("audit", "unpublished"),
    "verification_requested": pgettext_lazy("audit", "verification requested"),
    "verified": pgettext_lazy("audit", "verified"),
    "waiting": pgettext_lazy("audit", "put on the waiting list"),
    "webhook_set": pgettext_lazy("audit", "webhook set"),
    "webhook_started": pgettext_lazy("audit", "webhook switched on"),
    "webhook_stopped": pgettext_lazy("audit", "webhook switched off"),
    "webhook_tested": pgettext_lazy("audit", "test message sent to the webhook"),
    "withdrawn": pgettext_lazy("audit", "withdrawn"),
    "written": pgettext_lazy("audit", "written"),
}
# Subjects of events without a row.
SUBJECTS: Final[Mapping[str, Promise]] = {
    "audit": pgettext_lazy("audit", "audit trail"),
    "backup": pgettext_lazy("audit", "backup"),
    "bookings": pgettext_lazy("audit", "old bookings"),
    "code": pgettext_lazy("audit", "member code"),
    "dates": pgettext_lazy("audit", "dates"),
    "incoming_mail": pgettext_lazy("audit", "old e-mail messages"),
    "keys": pgettext_lazy("audit", "encryption keys"),
    "members": pgettext_lazy("audit", "members"),
    "names": pgettext_lazy("audit", "members' names in a text"),
    "questions": pgettext_lazy("audit", "questions"),
    "resources": pgettext_lazy("audit", "resources"),
    "safeguarding_notes": pgettext_lazy("audit", "old safeguarding notes"),
    "secret": pgettext_lazy("audit", "secret"),
    "signing_key": pgettext_lazy("audit", "signing key"),
    "statistics": pgettext_lazy("audit", "statistics"),
    "takedown_replies": pgettext_lazy("audit", "old answers to notices"),
    "visit_requests": pgettext_lazy("audit", "old requests for a visit"),
}


def register_labels(actions: Iterable[str], labeller: Labeller) -> None:
    """Describe events with these actions by `labeller(event)`."""
    _labellers.update(dict.fromkeys(actions, labeller))


def describe(event: AuditEvent) -> str:
    """Return the event in words, in the active language, without its actor and without personal data."""
    if labeller := _labellers.get(event.action):
        return labeller(event)
    act = event.action.rpartition(".")[2]
    return f"{subject_name(event)}: {ACTS.get(act, act.replace('_', ' '))}"


def subject_name(event: AuditEvent) -> str:
    """Return the name of the kind of thing that it happened to."""
    subject = event.action.rpartition(".")[0]
    model = _models().get(event.subject_table)
    name = model._meta.verbose_name if model else SUBJECTS.get(subject, subject.replace("_", " "))
    return capfirst(str(name))


def name_subjects(events: Iterable[AuditEvent]) -> None:
    """Set `subject_text` of each event: the kind of its subject and the reference, title or number. One query for each table.

    No other text of a row is shown, because it could name a person. A member of the panel has only a number here.
    """
    rows = [event for event in events if event.subject_id is not None]
    numbers: dict[str, set[int | None]] = {}
    for event in rows:
        numbers.setdefault(event.subject_table, set()).add(event.subject_id)
    names = {table: _names_of(table, pks) for table, pks in numbers.items()}
    for event in rows:
        name = names[event.subject_table].get(event.subject_id) or f" {event.subject_id}"
        event.subject_text = f"{subject_name(event)}{name}"  # type: ignore[attr-defined]


def _names_of(table: str, pks: Iterable[int | None]) -> dict[int | None, str]:
    model = _models().get(table)
    # A column of this name holds the reference of another party.
    has_reference = isinstance(getattr(model, "reference", None), property)
    if model is None or not (has_reference or hasattr(model, "title")):
        return {}
    rows = model._default_manager.filter(pk__in=pks)
    return {row.pk: f" {row.reference}" if has_reference else f": {row.title}" for row in rows}  # type: ignore[attr-defined]


@cache
def _models() -> Mapping[str, type[Model]]:
    return {model._meta.db_table: model for model in apps.get_models()}
