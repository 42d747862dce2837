"""Legal holds: permissions, texts, and holds set during erasure."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from hotline.lifecycle.exceptions import WrongState
from hotline.models import LegalHold, Message, Report
from hotline.models.sealed_content import sealed_path
from hotline.retention import purge, selectors, services
from hotline.retention.policy import load_policy
from tests.database import blocks_another
from tests.hotline.retention.conftest import ended
from tests.hotline.review.conftest import NOW
from tests.waiting import until

WORDS = "Допис тужилаштва КТ 12/26"


def hold(report: Report, actor: User, *, reason: str = "police", words: str = "") -> LegalHold:
    return services.set_hold(report_id=report.pk, reason=reason, words=words, actor=actor, now=NOW)


@pytest.mark.django_db
class TestSetting:
    def test_set_read_and_released(self, supervisor: User) -> None:
        report = ended()
        legal_hold = hold(report, supervisor, reason="other", words=f"  {WORDS} ")
        with pytest.raises(services.AlreadyOnHold):
            hold(report, supervisor)
        assert WORDS.encode() not in bytes(legal_hold.sealed_reason or b"")
        assert services.open_reason(hold=legal_hold, actor=supervisor, now=NOW) == WORDS
        assert selectors.active_hold(report) == legal_hold
        services.release_hold(hold=legal_hold, actor=supervisor, now=NOW)
        legal_hold.refresh_from_db()
        assert (legal_hold.released_by, legal_hold.released_at, legal_hold.sealed_reason) == (supervisor, NOW, None)
        assert selectors.active_hold(report) is None
        actions = AuditEvent.objects.filter(subject_id=report.pk).order_by("id").values_list("action", "data")
        assert list(actions) == [
            ("legal_hold.set", {"hold": legal_hold.pk, "held": "other"}),
            ("legal_hold.opened", {"hold": legal_hold.pk}),
            ("legal_hold.released", {"hold": legal_hold.pk}),
        ]
        with pytest.raises(WrongState):
            services.release_hold(hold=legal_hold, actor=supervisor, now=NOW)
        with pytest.raises(WrongState):
            services.open_reason(hold=legal_hold, actor=supervisor, now=NOW)
        assert hold(report, supervisor) != legal_hold

    @pytest.mark.parametrize(
        ("reason", "words", "error"),
        [
            ("nonsense", "", services.HoldReasonMissing),
            ("other", "  ", services.HoldTextMissing),
            ("police", "x" * 2001, services.HoldTextMissing),
        ],
    )
    def test_bad_input(self, reason: str, words: str, error: type[Exception], supervisor: User) -> None:
        with pytest.raises(error):
            hold(ended(), supervisor, reason=reason, words=words)
        assert not LegalHold.objects.exists()

    def test_only_supervisors(self, analyst: User, supervisor: User) -> None:
        report = ended()
        with pytest.raises(services.LegalHoldNotAllowed):
            hold(report, analyst)
        legal_hold = hold(report, supervisor, words=WORDS)
        with pytest.raises(services.LegalHoldNotAllowed):
            services.release_hold(hold=legal_hold, actor=analyst, now=NOW)
        with pytest.raises(services.LegalHoldNotAllowed):
            services.open_reason(hold=legal_hold, actor=analyst, now=NOW)

    def test_not_on_erased_or_missing_reports(self, supervisor: User) -> None:
        report = ended()
        purge.erase_due(now=NOW)
        with pytest.raises(services.TooLate):
            hold(report, supervisor)
        with pytest.raises(Report.DoesNotExist):
            services.set_hold(report_id=report.pk + 1, reason="police", words="", actor=supervisor, now=NOW)

    def test_the_database_refuses(self, supervisor: User) -> None:
        report = ended()
        for columns in ({"reason": "nonsense"}, {"reason": "other"}, {"reason": "police", "released_at": NOW}):
            with pytest.raises(IntegrityError), transaction.atomic():
                LegalHold.objects.create(report=report, set_by=supervisor, set_at=NOW, **columns)


def _apart[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run in a thread with a separate database connection."""
    try:
        return work(*args, **kwargs)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
class TestRaces:
    @pytest.mark.parametrize("part", ["contact", "identity"])
    def test_a_hold_that_is_set_while_its_report_is_being_erased_wins(
        self, part: str, everything: Callable[..., Report], supervisor: User
    ) -> None:
        report = everything()
        path = sealed_path(report.uploads.get().uuid)
        before = _stored_state(report)
        last = report.texts.get(field="contact") if part == "contact" else report.messages.latest("pk")
        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                # The erasure stops at this row, with half of the report erased.
                type(last).objects.select_for_update().get(pk=last.pk)
                run = pool.submit(
                    _apart,
                    purge.erase_part,
                    report_id=report.pk,
                    part=part,
                    now=NOW,
                    terms=load_policy(),
                )
                until(lambda: run.done() or blocks_another(), what="the eraser's waiting")
                assert not run.done(), run.result()
                setter = ThreadPoolExecutor(1).submit(_apart, hold, report, supervisor)
                # The hold does not wait for the erasure.
                assert setter.result(timeout=60).report_id == report.pk
            assert run.result(timeout=60) is False
        assert _stored_state(report) == before
        assert path.exists()
        assert purge.erase_due(now=NOW).reports == 0
        assert not AuditEvent.objects.filter(action="report.erased").exists()

    def test_the_purge_waits_for_a_concurrent_hold(self, everything: Callable[..., Report], supervisor: User) -> None:
        report = everything()
        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                hold(report, supervisor)
                run = pool.submit(_apart, purge.erase_due, now=NOW)
                until(blocks_another, what="the eraser's waiting")
                assert not run.done()
            erased = run.result(timeout=60)
        assert erased.reports == 0
        assert (report.messages.count(), report.texts.count()) == (2, 4)

    def test_late_hold_is_refused(
        self, everything: Callable[..., Report], supervisor: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        report = everything()
        setting: list[Any] = []
        pool = ThreadPoolExecutor(1)
        real = purge.erase_picture

        def slow(upload: Any) -> None:
            # The erasure only has to commit, so the hold waits.
            setting.append(pool.submit(_apart, hold, report, supervisor))
            until(blocks_another, what="the hold's waiting")
            real(upload)

        monkeypatch.setattr(purge, "erase_picture", slow)
        assert purge.erase_part(report_id=report.pk, part="identity", now=NOW, terms=load_policy())
        with pytest.raises(services.TooLate):
            setting[0].result(timeout=60)
        pool.shutdown()
        assert not LegalHold.objects.exists()

    def test_two_erasers_do_not_meet(self, everything: Callable[..., Report]) -> None:
        reports = [everything() for _ in range(3)]
        with ThreadPoolExecutor(2) as pool:
            runs = [pool.submit(_apart, purge.erase_due, now=NOW) for _ in range(2)]
            results = [run.result(timeout=60) for run in runs]
        purge.erase_due(now=NOW)
        assert sum(each.reports for each in results) <= 9
        assert set(Report.objects.values_list("state", flat=True)) == {"anonymised"}
        assert AuditEvent.objects.filter(action="report.erased").count() == 3 * len(reports)

    def test_locked_report_is_skipped(self) -> None:
        report = ended()
        with ThreadPoolExecutor(1) as pool, transaction.atomic():
            Report.objects.select_for_update().get(pk=report.pk)
            erased = pool.submit(_apart, purge.erase_due, now=NOW).result(timeout=60)
            assert (erased.reports, erased.skipped) == (0, 3)


def _stored_state(report: Report) -> tuple[object, ...]:
    found = Report.objects.get(pk=report.pk)
    return (
        found.state,
        found.contact_erased_at,
        found.text_erased_at,
        bytes(found.receipt_digest),
        sorted(found.texts.values_list("pk", "field")),
        sorted(Message.objects.filter(report=found).values_list("pk", flat=True)),
        found.notes.count(),
        found.mails.count(),
        found.outgoing_mails.count(),
        found.uploads.count(),
        found.file_hashes.count(),
        found.mail_thread.tag,
    )
