"""Access and erasure as described in docs/privacy.md, for each kind of data subject, with the management command."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.utils import timezone

from awareness.events.bookings import services as bookings
from awareness.events.bookings.signed_links import management_url
from clicksafely.accounts.models import SavedView, User
from clicksafely.common.crypto import receipts
from clicksafely.common.models import AuditEvent
from clicksafely.privacy.data_subjects import DATA_SUBJECTS, WITHHELD_COLUMNS
from clicksafely.privacy.erase import RETENTION_REASONS
from clicksafely.privacy.export import NEVER_EXPORTED
from clicksafely.privacy.inventory import entries
from hotline.complaints import services as complaints
from hotline.intake.selectors import reporter_events
from hotline.models import (
    Digests,
    DisplayPreference,
    ExposureCount,
    LegalHold,
    LegalMinimum,
    Message,
    OwnPicture,
    Report,
    Upload,
)
from hotline.models.sealed_content import sealed_path
from hotline.triage.hash_lists.own_pictures import store_own_pictures
from tests.clients.staff import give_device, make_staff
from tests.factories.events import make_booking, make_date, make_visit_request
from tests.factories.youthpanel import give_consent, make_consultation, make_member
from tests.hotline.intake.journey import Reporter, picture
from tests.privacy.conftest import end_case, send_complaint, send_report
from youthpanel.models import Idea

pytestmark = pytest.mark.django_db
WORDS = "Реч-једна-коју-нико-други-не-пише"
CONTACT = "marker@example.org"


@pytest.fixture
def run_command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run the command as the verified staff member. The proof is typed, not passed as an argument."""

    def run(kind: str, proof: str, by: User, *options: str) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{proof}\n"))
        out = io.StringIO()
        call_command("personal_data", kind, "--by", by.username, *options, stdout=out)
        return out.getvalue()

    return run


def staff(*roles: str) -> User:
    user = make_staff("actor", *roles)
    if not roles:
        User.objects.filter(pk=user.pk).update(is_superuser=True)
    return User.objects.get(pk=user.pk)


def reported() -> tuple[str, Report]:
    return send_report(what=WORDS, contact=CONTACT)


class TestReporter:
    def test_exports_own_data_without_data_of_the_case(self, run_command: Callable[..., str]) -> None:
        receipt, report = reported()
        output = run_command("report", receipt, staff("supervisor"))
        assert WORDS in output
        assert CONTACT in output
        # An offender must not learn whether the content was known, urgent or a duplicate.
        tables = json.loads(output)
        assert set(tables["hotline.Report"][0]) & {"state", "priority", "priority_reasons", "outcome", "queue"} == set()
        # A search by staff is not shown as progress on the status page.
        assert len(reporter_events(report, timezone.now())) == 1
        event = AuditEvent.objects.get(action="personal_data.exported")
        assert (event.subject_id, event.data) == (report.pk, {"as": "report"})

    def test_is_forgotten_once_the_case_has_ended(self, run_command: Callable[..., str]) -> None:
        receipt, report = reported()
        by = staff("supervisor")
        assert RETENTION_REASONS["open"] in run_command("report", receipt, by, "--erase")
        output = run_command("report", receipt, by)
        assert (WORDS in output, CONTACT in output) == (True, False)
        end_case(report)
        assert run_command("report", receipt, by, "--erase") == "Erased.\n"
        with pytest.raises(CommandError, match="No data is stored"):
            run_command("report", receipt, by)
        assert Report.objects.get(pk=report.pk).state == "anonymised"
        assert report.texts.count() == report.uploads.count() == report.messages.count() == 0

    def test_hashes_of_own_pictures_are_given_and_erased(self, run_command: Callable[..., str]) -> None:
        receipt, report = reported()
        store_own_pictures(report=report, codes=[Digests(sha256=b"\xab" * 32, pdq=b"\x01" * 32, pdq_quality=80)])
        by = staff("supervisor")
        tables = json.loads(run_command("report", receipt, by))
        own_pictures = json.dumps(tables["hotline.OwnPicture"])
        assert ("ab" * 32 in own_pictures, "01" * 32 in own_pictures) == (True, True)
        assert "hotline.OwnPictureMatch" not in tables
        end_case(report)
        assert run_command("report", receipt, by, "--erase") == "Erased.\n"
        assert not OwnPicture.objects.exists()

    def test_a_picture_of_a_message_is_listed_with_its_message_and_erased(
        self, run_command: Callable[..., str]
    ) -> None:
        receipt, report = reported()
        reporter, by = Reporter(), staff("supervisor")
        reporter.act(reporter.open(receipt), "message", text="Ево и слике.", images=[picture()])  # type: ignore[arg-type]
        message, upload = Message.objects.get(), Upload.objects.get()
        tables = json.loads(run_command("report", receipt, by))
        [message_row], [upload_row] = tables["hotline.Message"], tables["hotline.Upload"]
        assert "Ево и слике." in json.dumps(message_row, ensure_ascii=False)
        assert (upload_row["message"], upload_row["stored_at"]) == (message.pk, message_row["sent_at"])
        assert (upload_row["mime_type"], upload_row["size"]) == (upload.mime_type, upload.size)
        end_case(report)
        path = sealed_path(upload.uuid)
        assert path.exists()
        assert run_command("report", receipt, by, "--erase") == "Erased.\n"
        assert (path.exists(), Message.objects.exists(), Upload.objects.exists()) == (False, False, False)

    def test_a_hold_and_the_law_come_first(self, run_command: Callable[..., str]) -> None:
        receipt, report = reported()
        end_case(report)
        by = staff("supervisor")
        hold = LegalHold.objects.create(report=report, reason="police", set_by=by, set_at=timezone.now())
        assert RETENTION_REASONS["kept"] in run_command("report", receipt, by, "--erase")
        LegalHold.objects.filter(pk=hold.pk).update(released_at=timezone.now(), released_by=by)
        sources = {"source_sr": "x", "source_en": "x"}
        LegalMinimum.objects.create(part="words", category="", police=False, days=10, **sources)
        assert RETENTION_REASONS["law"] in run_command("report", receipt, by, "--erase")
        assert WORDS in run_command("report", receipt, by)


class TestComplainant:
    def test_export_and_erasure(self, run_command: Callable[..., str]) -> None:
        by = staff("supervisor")
        number, complaint = send_complaint(text=WORDS, contact=CONTACT)
        assert {WORDS, CONTACT} <= set(
            json.loads(run_command("complaint", number, by))["hotline.Complaint"][0].values()
        )
        assert RETENTION_REASONS["complaint"] in run_command("complaint", number, by, "--erase")
        assert CONTACT not in run_command("complaint", number, by)
        complaints.answer_complaint(
            complaint=complaint, text="Одговор.", outcome="upheld", actor=by, now=timezone.now()
        )
        assert "Одговор." in run_command("complaint", number, by)
        assert run_command("complaint", number, by, "--erase") == "Erased.\n"
        with pytest.raises(CommandError, match="No data is stored"):
            run_command("complaint", number, by)


class TestSchool:
    def test_export_and_erasure(self, run_command: Callable[..., str]) -> None:
        booking = make_booking(make_date(starts_at=timezone.now() + timedelta(days=30)), contact={"email": CONTACT})
        link, by = management_url(booking), staff("events")
        assert CONTACT in run_command("booking", link, by)
        assert RETENTION_REASONS["booking"] in run_command("booking", link, by, "--erase")
        bookings.cancel_booking(booking=booking, now=timezone.now())
        assert run_command("booking", link, by, "--erase") == "Erased.\n"
        assert json.loads(run_command("booking", link, by))["events.Booking"][0]["sealed"] == "erased"

    def test_export_and_erasure_of_a_visit_request(self, run_command: Callable[..., str]) -> None:
        visit, by = make_visit_request(contact={"email": CONTACT}), staff("events")
        assert CONTACT in run_command("visit", visit.reference, by)
        assert run_command("visit", visit.reference, by, "--erase") == "Erased.\n"
        assert json.loads(run_command("visit", visit.reference, by))["events.VisitRequest"][0]["sealed"] == "erased"


class TestMember:
    def test_export_and_erasure(self, run_command: Callable[..., str]) -> None:
        member = make_member(contact={"name": "Маркица Маркић", "email": CONTACT})
        give_consent(member)
        Idea.objects.create(consultation=make_consultation(), member=member, text=WORDS, written_at=timezone.now())
        by = staff("coordinator")
        output = run_command("member", member.pseudonym, by)
        assert all(each in output for each in (WORDS, CONTACT, "Маркица Маркић", "Фасцикла 1"))
        assert run_command("member", member.pseudonym, by, "--erase") == "Erased.\n"
        with pytest.raises(CommandError, match="No data is stored"):
            run_command("member", member.pseudonym, by)
        member.refresh_from_db()
        assert (member.sealed, member.identity) == (None, None)


class TestStaff:
    def test_export_and_erasure_close_the_account(self, run_command: Callable[..., str]) -> None:
        person = make_staff("marija", "analyst")
        User.objects.filter(pk=person.pk).update(first_name="Марија", email=CONTACT)
        give_device(person)
        now = timezone.now()
        ExposureCount.objects.create(user=person, day=now.date(), pictures=3, stretch_began_at=now, last_at=now)
        DisplayPreference.objects.create(user=person)
        AccessAttempt.objects.create(username="marija", failures_since_start=1)
        SavedView.objects.create(user=person, list="hotline.report", name="моје", query="a=1", saved_at=now)
        by = staff()
        tables = json.loads(run_command("account", "marija", by))
        assert tables["accounts.User"][0]["email"] == CONTACT
        assert tables["hotline.ExposureCount"][0]["pictures"] == 3
        assert tables["accounts.SavedView"][0]["name"] == "моје"
        assert run_command("account", "marija", by, "--erase") == "Erased.\n"
        closed = User.objects.get(pk=person.pk)
        assert (closed.username, closed.first_name, closed.email) == (f"former-{person.pk}", "", "")
        assert not any((closed.is_active, closed.is_staff, closed.has_usable_password(), closed.groups.exists()))
        rows = (closed.authenticatorapp_set, ExposureCount.objects, DisplayPreference.objects, AccessAttempt.objects)
        assert [each.count() for each in rows] == [0] * 4
        assert not SavedView.objects.exists()


def test_permission_and_proof_are_required(run_command: Callable[..., str]) -> None:
    receipt, _report = reported()
    analyst = staff("analyst")
    for options in ((), ("--erase",)):
        with pytest.raises(CommandError, match="may not do this"):
            run_command("report", receipt, analyst, *options)
    assert not AuditEvent.objects.filter(action__startswith="personal_data").exists()
    analyst.groups.add(Group.objects.get(name="supervisor"))
    for proof in ("", "1", receipts.generate_code(), "х" * 10_000):
        with pytest.raises(CommandError, match="No data is stored"):
            run_command("report", proof, analyst)
    User.objects.filter(pk=analyst.pk).update(is_active=False)
    with pytest.raises(CommandError, match="no active account"):
        run_command("report", receipt, analyst)


def test_every_table_of_a_person_is_exported_or_withheld_with_a_reason() -> None:
    for kind, subject in DATA_SUBJECTS.items():
        relations: list[Any] = list(subject.model._meta.related_objects)
        leading = {relation.related_model._meta.label for relation in relations}
        assert {*subject.tables} & {*subject.withheld} == set(), kind
        assert leading - {*subject.tables, *subject.withheld} == set(), kind
        assert {*subject.tables, *subject.withheld} - leading == set(), kind
        for label, (way, names) in subject.tables.items():
            columns = {field.name for field in apps.get_model(label)._meta.get_fields()}
            assert {way, *(names or ())} <= columns, label


def test_every_column_of_a_listed_table_is_exported_or_withheld() -> None:
    listed: dict[str, set[str]] = {}
    for subject in DATA_SUBJECTS.values():
        if subject.own:
            listed[subject.model._meta.label] = {*subject.own}
        listed |= {label: {way, *names} for label, (way, names) in subject.tables.items() if names}
    stored: dict[str, set[str]] = {label: set() for label in listed}
    for entry in entries():
        if entry.label in listed and entry.how not in NEVER_EXPORTED:
            stored[entry.label].add(entry.field)
    for label, columns in stored.items():
        withheld = {*" ".join(WITHHELD_COLUMNS.get(label, {}).values()).split()}
        missing = columns - listed[label] - withheld
        assert missing == set(), (
            f"clicksafely/privacy/data_subjects.py: export {missing} of {label}, or name them in WITHHELD_COLUMNS"
        )
        assert withheld <= columns, label
        assert withheld & listed[label] == set(), label
    assert WITHHELD_COLUMNS.keys() <= listed.keys()
