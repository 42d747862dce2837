"""Internal notes: permissions for writing and reading."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from clicksafely.accounts.models import User
from clicksafely.common.crypto import sealing
from clicksafely.common.models import AuditEvent
from hotline.models import Note, Report
from hotline.review import claims, notes, selectors
from hotline.review.exceptions import NotClaimHolder, TooManyNotes
from hotline.states import Outcome, ReportState
from tests.factories.openings import open_and_assess
from tests.hotline.review.conftest import ILLEGAL, NOW, make_case, make_item

pytestmark = pytest.mark.django_db
TEXT = "Позвати школу у понедељак."


def write(case: Report, actor: User, text: str = TEXT, row: uuid.UUID | None = None) -> bool:
    return notes.write_note(report=case, actor=actor, text=text, row=row or uuid.uuid4(), now=NOW)


def read(case: Report, actor: User, minutes: int = 0) -> notes.DecryptedNotes:
    now = NOW + timedelta(minutes=minutes)
    return notes.open_notes(report=case, items=selectors.items_of(case), actor=actor, now=now)


def texts(decrypted: notes.DecryptedNotes) -> list[str]:
    return [note.text for note in decrypted.shown]


def delete_all(model: type[Note | Report]) -> None:
    """Run the deferred constraints at once."""
    with transaction.atomic():
        model.objects.all().delete()
        connection.check_constraints()


def test_a_note_is_sealed_signed_and_dated(case: Report, analyst: User) -> None:
    claims.take_next(actor=analyst, now=NOW)
    assert write(case, analyst)
    note = Note.objects.get()
    assert TEXT.encode() not in bytes(note.sealed)
    opened = sealing.open_sealed(note.sealed, ring="hotline", table="hotline_note", field="text", row=note.uuid)
    assert opened.decode() == TEXT
    [shown] = read(case, analyst).shown
    assert (shown.author, shown.text, shown.written_at) == ("first", TEXT, NOW)
    event = AuditEvent.objects.get(action="note.written")
    assert (event.actor_id, event.subject_id, event.data) == (analyst.pk, case.pk, {"note": note.pk})


def test_one_note_however_often_it_is_sent(case: Report, analyst: User, supervisor: User) -> None:
    claims.take_next(actor=analyst, now=NOW)
    row = uuid.uuid4()
    assert [write(case, analyst, row=row), write(case, analyst, row=row)] == [True, False]
    assert (Note.objects.count(), AuditEvent.objects.filter(action="note.written").count()) == (1, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        write(case, supervisor, row=row)


def test_only_the_claim_holder_writes_and_reads_notes(case: Report, analyst: User, colleague: User) -> None:
    with pytest.raises(NotClaimHolder):
        write(case, analyst)
    claims.take_next(actor=analyst, now=NOW)
    with pytest.raises(NotClaimHolder):
        write(case, colleague)
    with pytest.raises(NotClaimHolder):
        notes.write_note(report=case, actor=analyst, text=TEXT, row=uuid.uuid4(), now=NOW + timedelta(hours=1))
    with pytest.raises(NotClaimHolder):
        read(case, colleague)
    assert not Note.objects.exists()


def test_a_supervisor_writes_at_any_time(supervisor: User, analyst: User) -> None:
    case = make_case(state=ReportState.CLOSED, queue=None, outcome=Outcome.REMOVED, closed_at=NOW)
    assert write(case, supervisor)
    with pytest.raises(NotClaimHolder):
        write(case, analyst)
    assert texts(read(case, analyst)) == [TEXT]


def test_a_case_holds_so_many(case: Report, analyst: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "MAX_NOTES", 2)
    claims.take_next(actor=analyst, now=NOW)
    write(case, analyst), write(case, analyst)
    with pytest.raises(TooManyNotes):
        write(case, analyst)
    assert Note.objects.count() == 2


def test_reading_is_logged_once_in_ten_minutes_and_with_every_new_note(case: Report, analyst: User) -> None:
    claims.take_next(actor=analyst, now=NOW)
    assert read(case, analyst) == notes.DecryptedNotes([], 0)
    write(case, analyst)
    for minutes in (0, 9, 10):
        read(case, analyst, minutes)
    write(case, analyst)
    read(case, analyst, 11)
    note_counts = AuditEvent.objects.filter(action="notes.opened").order_by("id").values_list("data__notes", flat=True)
    assert list(note_counts) == [1, 1, 2]


def test_the_second_reviewer_reads_the_first_ones_notes_after_the_answer(
    analyst: User, colleague: User, supervisor: User
) -> None:
    case = make_case(make_item(), make_item())
    first, _other = selectors.items_of(case)
    claims.take_next(actor=analyst, now=NOW)
    write(case, analyst, "before")
    open_and_assess(report=case, item=first, actor=analyst, answers=ILLEGAL, now=NOW)
    write(case, analyst, "after")
    write(case, supervisor, "neutral")
    open_and_assess(report=case, item=_other, actor=analyst, answers=ILLEGAL, now=NOW)
    assert texts(read(case, analyst)) == ["before", "after", "neutral"]
    claims.take_next(actor=colleague, now=NOW)
    decrypted = read(case, colleague)
    assert (texts(decrypted), decrypted.withheld) == (["neutral"], 2)
    write(case, colleague, "mine")
    assert texts(read(case, colleague)) == ["neutral", "mine"]
    open_and_assess(report=case, item=first, actor=colleague, answers=ILLEGAL, now=NOW)
    assert texts(read(case, colleague)) == ["neutral", "mine"]
    open_and_assess(report=case, item=_other, actor=colleague, answers=ILLEGAL, now=NOW)
    assert read(case, colleague).withheld == 0


def test_they_are_also_hidden_in_another_case_of_the_item(analyst: User, colleague: User, supervisor: User) -> None:
    item = make_item()
    case, other = make_case(item), make_case(item)
    claims.claim_case(report_id=other.pk, actor=analyst, now=NOW)
    write(other, analyst, "clearly illegal")
    claims.release_case(report=other, actor=analyst, now=NOW)
    claims.claim_case(report_id=case.pk, actor=analyst, now=NOW)
    open_and_assess(report=case, item=item, actor=analyst, answers=ILLEGAL, now=NOW)
    assert (texts(read(other, colleague)), read(other, colleague).withheld) == ([], 1)


@pytest.mark.parametrize(
    "change",
    [
        lambda note, other: {"written_at": NOW + timedelta(hours=1)},
        lambda note, other: {"author": other},
        lambda note, other: {"uuid": uuid.uuid4()},
        lambda note, other: {"report": make_case()},
    ],
)
def test_the_database_refuses_to_change_a_note(
    change: Callable[[Note, User], dict[str, object]], case: Report, analyst: User, colleague: User
) -> None:
    claims.take_next(actor=analyst, now=NOW)
    write(case, analyst)
    with pytest.raises(IntegrityError, match="a note is never changed"), transaction.atomic():
        Note.objects.update(**change(Note.objects.get(), colleague))


def test_the_database_deletes_a_note_with_its_report_only(case: Report, supervisor: User) -> None:
    write(case, supervisor)
    with pytest.raises(IntegrityError, match="with the words of its report only"):
        delete_all(Note)
    Report.objects.update(state=ReportState.SPAM, queue=None, closed_at=NOW)
    delete_all(Report)
    assert not Note.objects.exists()
