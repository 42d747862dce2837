"""Erasure follows the data inventory: each field that it declares as erased with a person is filled, erased and compared."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, models, transaction
from django.db.utils import DataError, InternalError
from django.utils import timezone

from awareness.events.bookings import services as bookings
from clicksafely.accounts.models import User
from clicksafely.common import data_inventory as common
from clicksafely.privacy import inventory, library_tables
from clicksafely.privacy.data_subjects import DATA_SUBJECTS
from clicksafely.privacy.erase import erase_person
from hotline import data_inventory as hotline
from hotline.complaints import services as complaints
from tests.clients.staff import make_staff
from tests.factories.events import make_booking, make_date, make_visit_request
from tests.factories.youthpanel import give_consent, make_member
from tests.privacy.conftest import end_case, send_complaint, send_report

pytestmark = pytest.mark.django_db

# The retentions that end with the erasure of a person.
ENDS: Final = {
    "booking": {common.AFTER_THE_DATE},
    "visit": {common.AFTER_THE_VISIT},
    "member": {common.AFTER_LEAVING, common.AFTER_THE_CODE, common.UNTIL_APPROVED, common.WITH_THE_SESSION},
    "account": {library_tables.ACCOUNT, hotline.WITH_THE_ACCOUNT},
    "report": {hotline.WORDS_RULE, hotline.IDENTITY_RULE},
    "complaint": {hotline.COMPLAINT_WORDS_RULE, hotline.COMPLAINT_CONTACT_RULE},
}
# What delays the erasure: an unread message, a message to review, a picture in a package for the police.
LEFT_EMPTY: Final = {
    ("hotline.Report", "reporter_wrote_at"),
    ("hotline.IncomingMail", "state"),
    ("hotline.Upload", "locked_at"),
    ("hotline.Upload", "packed_in"),
    ("hotline.Upload", "handed_over_at"),
}
# Values that a constraint requires, or that do not delay the erasure.
VALUES: Final[dict[str, dict[str, Any]]] = {
    "hotline.IncomingMail": {"kind": "reply", "state": ""},
    "hotline.MailThread": {"tag": "0" * 16},
    "hotline.OutgoingMail": {"state": "failed"},
    "hotline.Referral": {"state": "sent", "ended_at": datetime(2026, 3, 2, tzinfo=UTC)},
    "youthpanel.InvitationCode": {"digest": bytes(32)},
}


def booking() -> models.Model:
    row = make_booking(make_date(starts_at=timezone.now() + timedelta(days=30)), contact={"email": "a@example.org"})
    bookings.cancel_booking(booking=row, now=timezone.now())
    return row


def visit() -> models.Model:
    return make_visit_request(state="declined", reason="Нема термина.", contact={"email": "a@example.org"})


def member() -> models.Model:
    row = make_member(contact={"name": "Маркица Маркић", "email": "a@example.org"})
    give_consent(row)
    return row


def account() -> models.Model:
    return make_staff("person", "analyst")


def report() -> models.Model:
    _receipt, row = send_report(what="Опис.", contact="a@example.org")
    end_case(row)
    return row


def complaint() -> models.Model:
    _number, row = send_complaint(text="Приговор.", contact="a@example.org")
    complaints.answer_complaint(
        complaint=row,
        text="Одговор.",
        outcome="upheld",
        actor=make_staff("supervisor", "supervisor"),
        now=timezone.now(),
    )
    return row


# Columns that end before their row and without a person; a service empties each.
EMPTIED_ALONE: Final = {
    *("common.AuditEvent.txid", "hotline.Closing.fingerprint", "hotline.LegalHold.sealed_reason"),
    *("hotline.OutgoingMail.sealed", "hotline.PoliceFile.outgoing", "hotline.PoliceFile.sealed_password"),
}


MAKERS: Final = {each.__name__: each for each in (booking, visit, member, account, report, complaint)}


def erased_fields(kind: str) -> Iterator[tuple[type[models.Model], str, list[str]]]:
    """Each table with data of the person, the lookup of the person, and the fields that end with the person."""
    subject = DATA_SUBJECTS[kind]
    for model in inventory.models():
        own = model is subject.model
        ways = [f.name for f in model._meta.concrete_fields if f.related_model is subject.model]
        fields = [
            each.field for each in inventory.entries() if each.label == model._meta.label and each.until in ENDS[kind]
        ]
        # A reference to the emptied row is no data of its own.
        columns = {f.name for f in model._meta.concrete_fields} - {*ways}
        fields = [name for name in fields if name in columns and (model._meta.label, name) not in LEFT_EMPTY]
        if fields and (own or ways):
            yield model, "pk" if own else ways[0], fields


def filler(field: Any) -> Any:
    """A value that is neither empty nor the default."""
    if field.choices:
        values = [value for value, _label in field.flatchoices if value]
        return next((value for value in values if value != field.get_default()), values[0])
    match field:
        case models.BooleanField():
            return not field.get_default()
        case models.DateTimeField():
            return timezone.now()
        case models.DateField():
            return timezone.now().date()
        case models.BinaryField():
            return secrets.token_bytes(field.max_length or 32)
        case models.IntegerField():
            return 7
        case models.UUIDField():
            return field.get_default()
        case models.JSONField() | ArrayField():
            return ["marker"]
        case models.EmailField():
            return "marker@example.org"
    return secrets.token_hex(40)[: field.max_length or 20]


def make_row(model: type[models.Model], way: str, person: models.Model) -> models.Model:
    """A row of the person with a value in every required field."""
    return model._base_manager.create(**required_values(model, without=way) | {way: person})


def required_values(model: type[models.Model], without: str = "") -> dict[str, Any]:
    values = dict(VALUES.get(model._meta.label, {}))
    for field in model._meta.concrete_fields:
        if (
            field.name in {without, *values}
            or field.primary_key
            or field.null
            or field.has_default()
            or field.has_db_default()
        ):
            continue
        related = field.related_model
        if related is None:
            values[field.name] = filler(field)
        else:
            values[field.name] = related._base_manager.first() or related._base_manager.create(
                **required_values(related)
            )
    return values


def fill(model: type[models.Model], row: models.Model, names: list[str]) -> dict[str, Any]:
    """Fill the empty fields, each if the database accepts it; return the values."""
    for name in names:
        field: Any = model._meta.get_field(name)
        if (
            getattr(row, field.attname) in (None, "", b"", [], {}, False, field.get_default())
            and not field.related_model
        ):
            try:
                with transaction.atomic():
                    model._base_manager.filter(pk=row.pk).update(**{name: filler(field)})
            except (IntegrityError, DataError, InternalError):
                continue
    return model._base_manager.filter(pk=row.pk).values(*names).get()


@pytest.mark.parametrize("kind", DATA_SUBJECTS)
def test_erasure_empties_all_fields_declared_as_erased(kind: str) -> None:
    person = MAKERS[kind]()
    administrator = make_staff("administrator", "supervisor", "events", "coordinator")
    User.objects.filter(pk=administrator.pk).update(is_superuser=True)
    filled = []
    for model, way, names in erased_fields(kind):
        rows = list(model._base_manager.filter(**{way: person.pk})) or [make_row(model, way, person)]
        filled += [(row, fill(model, row, names)) for row in rows]
    person.refresh_from_db()
    assert erase_person(kind=kind, row=person, actor=User.objects.get(pk=administrator.pk), now=timezone.now()) == ""
    remaining = [
        f"{row._meta.label}.{name}"
        for row, before in filled
        for name, value in (type(row)._base_manager.filter(pk=row.pk).values(*before).first() or {}).items()
        if value == before[name]
    ]
    assert remaining == [], (
        "the inventory declares these as erased with the person: empty them in the erasure, or classify them otherwise"
    )


def test_every_column_that_ends_before_its_row_is_emptied_by_a_service() -> None:
    """A row is deleted with all its columns. A column with a shorter retention than most columns of its row needs its own erasure."""
    columns: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in inventory.entries():
        columns[entry.label][entry.until] += 1
    of_people = set().union(*ENDS.values())
    alone = {
        f"{entry.label}.{entry.field}"
        for entry in inventory.entries()
        if entry.until != columns[entry.label].most_common(1)[0][0]
        and entry.until not in of_people
        and not entry.until.startswith("kept")
    }
    assert alone == EMPTIED_ALONE, "empty the column in a service, test that, and name it in EMPTIED_ALONE"
