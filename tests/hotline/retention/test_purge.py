"""Erasure: dates, exceptions, and interrupted runs."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from clicksafely.accounts.models import User
from clicksafely.common.crypto import receipts
from clicksafely.common.models import AuditEvent
from hotline.intake import selectors as reading
from hotline.models import (
    Action,
    Complaint,
    Digests,
    FileHash,
    HashList,
    HashMatch,
    IncomingMail,
    LegalHold,
    Message,
    Note,
    Notice,
    NoticeReply,
    OwnPicture,
    OwnPictureMatch,
    PartnerReport,
    PoliceFile,
    PoliceHold,
    PolicePackage,
    PoliceRecipient,
    Referral,
    Report,
    RetentionRule,
    SealedText,
    Upload,
)
from hotline.models.sealed_content import sealed_path
from hotline.retention import purge, selectors
from hotline.retention.policy import load_policy
from hotline.states import REOPENABLE, ReportState
from hotline.triage.hash_lists.own_pictures import store_own_pictures
from tests.factories.notices import make_notice
from tests.hotline.intake.api.program import make_partner
from tests.hotline.retention.conftest import add_picture, ended, fill
from tests.hotline.review.conftest import NOW, make_case

pytestmark = pytest.mark.django_db


def erase(**options: Any) -> purge.PurgeResult:
    return purge.erase_due(now=NOW, **options)


def due(part: str) -> list[Report]:
    return list(selectors.due_reports(part, now=NOW, terms=load_policy()))


def events(report: Report) -> list[dict[str, Any]]:
    found = AuditEvent.objects.filter(action="report.erased", subject_id=report.pk).order_by("id")
    return list(found.values_list("data", flat=True))


def make_referral(report: Report, author: User, **columns: Any) -> Referral:
    """A referral of the item of a report that was sent."""
    return Referral.objects.create(
        item=report.items.get(), report=report, author=author, state="sent", created_at=NOW, ended_at=NOW, **columns
    )


def make_complaint(**columns: Any) -> Complaint:
    """A complaint with the columns that all of them have."""
    times = dict.fromkeys(("received_at", "acknowledge_by", "answer_by"), NOW - timedelta(days=400))
    digests = {"number_digest": b"n", "state_digest": b"s"}
    return Complaint.objects.create(**{"language": "sr", "sealed": b"x", **times, **digests, **columns})


class TestPurge:
    def test_contacts_after_ninety_days_and_nothing_else(self, everything: Callable[..., Report]) -> None:
        report = everything(days=90)
        assert erase().parts == {"contact": 1, "words": 0, "identity": 0}
        report.refresh_from_db()
        assert (report.state, report.contact_erased_at, report.text_erased_at) == ("closed", NOW, None)
        assert set(report.texts.values_list("field", flat=True)) == {"words", "attached"}
        assert list(report.outgoing_mails.values_list("state", flat=True)) == ["sent"]
        assert (report.messages.count(), report.notes.count(), report.uploads.count()) == (2, 1, 1)
        assert events(report) == [{"part": "contact", "contacts": 2, "waiting": 1}]

    def test_everything_after_a_year(self, everything: Callable[..., Report]) -> None:
        report = everything(days=365)
        path = sealed_path(report.uploads.get().uuid)
        assert erase().parts == {"contact": 1, "words": 1, "identity": 1}
        connection.check_constraints()
        for model in (SealedText, Message, Note, IncomingMail, Upload, FileHash, OwnPicture):
            assert not model.objects.exists(), model
        assert not path.exists()
        assert not report.outgoing_mails.exists()
        assert not hasattr(Report.objects.get(pk=report.pk), "mail_thread")
        words = {"part": "words", "texts": 2, "messages": 2, "notes": 1, "mails": 2, "pictures": 1, "own_pictures": 1}
        assert events(report)[1] == words

    def test_anonymised_report_keeps_only_figures(self) -> None:
        receipt = receipts.generate_code()
        report = ended(receipt=receipt, locations=[{"kind": "url", "canonical": "https://x.example.org/"}])
        assert reading.find_case(receipt) == report
        before = Report.objects.get(pk=report.pk)
        item = report.items.get()
        erase()
        report.refresh_from_db()
        assert reading.find_case(receipt) is None
        assert (report.state, report.anonymised_from) == (ReportState.ANONYMISED, ReportState.CLOSED)
        emptied = (report.locations, bytes(report.reporter_salt), bytes(report.reporter_public_key))
        assert emptied == ([], b"", b"")
        assert report.receipt_digest != before.receipt_digest
        assert report.state_digest != before.state_digest
        columns = ("category", "channel", "language", "received_at", "closed_at", "outcome", "danger_now", "about_me")
        assert all(getattr(report, name) == getattr(before, name) for name in columns)
        item.refresh_from_db()
        assert list(report.items.all()) == [item]

    def test_however_it_ended(self) -> None:
        ends = {ended(state=state, outcome="removed" if state == "closed" else "").pk: state for state in REOPENABLE}
        erase()
        assert dict(Report.objects.values_list("pk", "anonymised_from")) == ends
        assert set(Report.objects.values_list("state", flat=True)) == {ReportState.ANONYMISED}

    def test_leaves_out_reports_that_have_not_ended(self) -> None:
        for state in set(ReportState) - REOPENABLE:
            columns = {"anonymised_from": "closed"} if state == ReportState.ANONYMISED else {}
            make_case(state=state, closed_at=NOW - timedelta(days=4000), outcome="removed", **columns)
        assert erase().reports == 0

    @pytest.mark.parametrize(
        "columns",
        [
            {"closed_at": NOW - timedelta(days=365) + timedelta(seconds=1)},
            # The last message of the reporter counts as the end.
            {"reporter_wrote_at": NOW - timedelta(days=100)},
        ],
    )
    def test_not_a_moment_too_early(self, columns: dict[str, Any]) -> None:
        report = ended(days=400)
        Report.objects.filter(pk=report.pk).update(**columns)
        assert erase().parts == {"contact": 1, "words": 0, "identity": 0}

    def test_reference_of_a_partner_and_reason_of_an_urgent_referral_are_erased(self, analyst: User) -> None:
        report, partner = ended(channel="api"), make_partner("x")
        key = partner.keys.create(label="x", prefix="x", digest=bytes(32), created_at=NOW)
        sent = PartnerReport.objects.create(report=report, partner=partner, key=key, reference="PP-17")
        make_referral(report, analyst, route="police", urgent=True, sealed_reason=b"sealed")
        erase()
        after = PartnerReport.objects.get()
        assert (after.reference, after.partner) == ("", partner)
        assert after.uuid != sent.uuid
        assert Referral.objects.get().sealed_reason is None

    def test_a_hash_that_is_on_a_list_stays_as_proof(self, analyst: User) -> None:
        report = ended()
        fill(report, analyst)
        add_picture(report)
        hash_list = HashList.objects.create(name="x", layout="md5", file_size=1, file_digest=bytes(32), arrived_at=NOW)
        listed = FileHash.objects.filter(report=report).latest("pk")
        HashMatch.objects.create(file_hash=listed, hash_list=hash_list, algorithm=1, matched_at=NOW)
        erase()
        assert list(FileHash.objects.all()) == [listed]
        listed.refresh_from_db()
        assert listed.upload is None
        assert not Upload.objects.exists()

    def test_deletes_matches_of_own_pictures_with_either_report(self) -> None:
        one, other = ended(), ended(days=1)
        for owner, match in ((one, other), (other, one)):
            store_own_pictures(report=owner, codes=[Digests(sha256=bytes(32))])
            OwnPictureMatch.objects.create(
                own_picture=owner.own_pictures.get(), report=match, distance=0, matched_at=NOW
            )
        erase()
        assert [code.report for code in OwnPicture.objects.all()] == [other]
        assert not OwnPictureMatch.objects.exists()


class TestExceptions:
    def test_obstacles_to_erasure(self, analyst: User) -> None:
        reports = [ended(has_news=True), *(ended() for _ in range(7))]
        _news, held, hold, locked, unerased, police, referral, complaint = reports
        Report.objects.filter(pk=held.pk).update(claimed_by=analyst, claimed_until=NOW)
        LegalHold.objects.create(report=hold, reason="police", set_by=analyst, set_at=NOW)
        add_picture(locked, locked_at=NOW)
        add_picture(unerased, locked_at=NOW, handed_over_at=NOW, packed_in=unerased.uuid)
        PoliceHold.objects.create(item=police.items.get(), report=police, placed_at=NOW, until=NOW)
        Referral.objects.create(
            item=referral.items.get(), report=referral, author=analyst, route="host", created_at=NOW
        )
        make_complaint(about="report", report=complaint)
        assert erase().reports == 0
        assert [report.texts.count() for report in reports] == [2] * 8
        counts = selectors.count_retained(now=NOW, terms=load_policy())
        assert sum(count for _why, count in counts) == 8

    def test_a_picture_that_the_police_have_stays_as_an_empty_marker(self, analyst: User) -> None:
        report = ended()
        upload = add_picture(report, locked_at=NOW, handed_over_at=NOW, erased_at=NOW, packed_in=report.uuid)
        assert erase().parts["identity"] == 1
        assert list(Upload.objects.all()) == [upload]
        assert FileHash.objects.get().upload == upload

    def test_police_reports_are_stored_longer(self, analyst: User) -> None:
        report, other = ended(), ended()
        item = report.items.get()
        Action.objects.create(item=item, report=report, author=analyst, kind="police", done_at=NOW)
        for part in ("contact", "words"):
            RetentionRule.objects.create(part=part, police=True, days=1000)
        erase()
        states = {each.pk: each.state for each in Report.objects.all()}
        assert states == {report.pk: "closed", other.pk: "anonymised"}
        assert report.texts.count() == 2

    def test_the_database_has_the_last_word_on_a_hold(self, analyst: User) -> None:
        report = ended()
        LegalHold.objects.create(report=report, reason="police", set_by=analyst, set_at=NOW)
        for columns in (
            {"text_erased_at": NOW},
            {"contact_erased_at": NOW},
            {"state": "anonymised", "anonymised_from": "closed"},
        ):
            with pytest.raises(IntegrityError, match="under a legal hold"), transaction.atomic():
                Report.objects.filter(pk=report.pk).update(**columns)

    def test_a_note_cannot_be_deleted_alone(self, analyst: User) -> None:
        fill(ended(), analyst)

        def delete_notes() -> None:
            with transaction.atomic():
                Note.objects.all().delete()
                connection.check_constraints()

        with pytest.raises(IntegrityError, match="with the words of its report"):
            delete_notes()

    def test_nothing_is_marked_erased_before_the_end(self) -> None:
        case = make_case()
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.filter(pk=case.pk).update(text_erased_at=NOW)


class TestRuns:
    def test_a_limit_and_the_oldest_first(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(purge, "BATCH", 2)
        newest, middle, oldest = ended(days=400), ended(days=450), ended(days=500)
        assert due("contact") == [oldest, middle, newest]
        progress: list[int] = []
        first = erase(limit=4, progress=progress.append)
        assert (first.parts, first.more, progress) == ({"contact": 3, "words": 1, "identity": 0}, True, [1, 2, 3, 4])
        assert due("words") == [middle, newest]
        second = erase()
        assert (second.parts, second.more) == ({"contact": 0, "words": 2, "identity": 3}, False)

    def test_killed_in_the_middle(self, everything: Callable[..., Report], monkeypatch: pytest.MonkeyPatch) -> None:
        report = everything()
        path = sealed_path(report.uploads.get().uuid)

        def killed(_upload: Upload) -> None:
            path.unlink()
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(purge, "erase_picture", killed)
            with pytest.raises(KeyboardInterrupt):
                erase()
        report.refresh_from_db()
        assert (report.text_erased_at, report.messages.count(), report.uploads.count()) == (None, 2, 1)
        assert erase().parts == {"contact": 0, "words": 1, "identity": 1}


class TestOutsideReports:
    def mail(self, **columns: Any) -> IncomingMail:
        at = NOW - timedelta(days=365)
        defaults = {"kind": "bounce", "identity": secrets.token_bytes(32), "received_at": at, "size": 1, "sealed": b"x"}
        return IncomingMail.objects.create(**defaults | columns)

    def test_messages_that_became_no_report(self) -> None:
        old = {"kind": "unreadable", "reason": "x"}
        handled = self.mail(**old, state="nothing", handled_at=NOW - timedelta(days=365))
        loose = self.mail()
        remaining = [
            self.mail(**old, state="open"),
            self.mail(**old, state="nothing", handled_at=NOW - timedelta(days=364)),
            self.mail(received_at=NOW - timedelta(days=364)),
        ]
        assert erase().loose == 2
        assert list(IncomingMail.objects.order_by("pk")) == remaining
        assert not IncomingMail.objects.filter(pk__in=[handled.pk, loose.pk]).exists()
        assert AuditEvent.objects.get(action="incoming_mail.erased").data == {"mails": 2}

    @pytest.mark.parametrize(("days", "remaining"), [(89, (True, True)), (90, (True, False)), (365, (False, False))])
    def test_complaints(self, days: int, remaining: tuple[bool, bool], supervisor: User) -> None:
        at = NOW - timedelta(days=days)
        ended_at = {"acknowledged_at": at, "closed_at": at, "closed_by": supervisor, "outcome": "upheld"}
        complaint = make_complaint(about="hotline", state="closed", public_key=b"k", sealed_contact=b"y", **ended_at)
        complaint.answers.create(author=supervisor, sealed_hotline=b"a", sealed_reader=b"b", written_at=at)
        erase()
        complaint.refresh_from_db()
        assert (complaint.sealed is not None, complaint.sealed_contact is not None) == remaining
        assert complaint.answers.exists() == remaining[0]
        assert (bytes(complaint.public_key) == b"k", bytes(complaint.number_digest) == b"n") == (
            remaining[0],
            remaining[0],
        )
        assert complaint.outcome == "upheld"


class TestReferencesFromOtherPackages:
    def test_a_police_package_keeps_its_cases_until_its_file_is_deleted(self, analyst: User) -> None:
        report = ended()
        referral = make_referral(report, analyst, route="police")
        recipient = PoliceRecipient.objects.create(name="x")
        package = PolicePackage.objects.create(
            created_at=NOW, recipient=recipient, format="zip", sha256="0" * 64, size=1
        )
        package.items.create(referral=referral)
        PoliceFile.objects.create(package=package, uuid=package.uuid, sealed=b"x")
        assert erase().reports == 0
        PoliceFile.objects.all().delete()
        assert erase().parts["identity"] == 1

    def test_replies_of_hosts_are_erased_unless_their_report_is_held(self, analyst: User) -> None:
        report = ended()
        for each, days in ((report, 365), (ended(), 364)):
            notice = make_notice(each.items.get(), each)
            Notice.objects.filter(pk=notice.pk).update(state="closed", ended_at=NOW - timedelta(days=days))
        hold = LegalHold.objects.create(report=report, reason="police", set_by=analyst, set_at=NOW)
        assert (erase().loose, NoticeReply.objects.count()) == (0, 2)
        LegalHold.objects.filter(pk=hold.pk).update(released_at=NOW, released_by=analyst)
        assert (erase().loose, NoticeReply.objects.count()) == (1, 1)
