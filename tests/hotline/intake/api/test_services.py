"""Batches are stored one by one: revoked keys, a lost database, a killed process, and database constraints."""

import json
import threading
from datetime import timedelta
from typing import Any

import psycopg2
import pytest
from django.db import DataError, IntegrityError, connection, connections, models, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from hotline.intake.api import idempotency
from hotline.intake.api.keys import Seeds
from hotline.intake.api.partner_services import revoke_key, save_partner
from hotline.intake.api.services import StorageUnavailable, accept_reports
from hotline.intake.tasks import purge_partner_requests
from hotline.models import Partner, PartnerKey, PartnerReport, PartnerRequest, Report
from tests.hotline.intake.api.program import PATH, REPORT, Program, make_partner
from tests.hotline.intake.test_faults import apart, closed_port
from tests.hotline.review.conftest import make_user
from tests.waiting import until

ITEMS = [(f"/{place}", {**REPORT, "reference": str(place)}) for place in range(4)]


@pytest.fixture
def key(program: Program, partner: Partner) -> PartnerKey:
    return partner.keys.select_related("partner").get()


def revoke(key: PartnerKey, supervisor: User, *, whole: bool) -> None:
    """Revoke the key, or shut out its partner."""
    if whole:
        key.partner.active = False
        save_partner(partner=key.partner, actor=supervisor, now=timezone.now())
    else:
        revoke_key(key=key, actor=supervisor, now=timezone.now())


def statuses(outcomes: Any) -> list[int]:
    return [outcome.status for outcome in outcomes]


@pytest.mark.django_db
class TestRevoked:
    @pytest.mark.parametrize("whole", [True, False])
    def test_in_mid_batch_those_before_stay_and_those_after_are_named(self, key: PartnerKey, whole: bool) -> None:
        outcomes = accept_reports(key=key, items=ITEMS, seeds=Seeds.fresh(), now=timezone.now())
        assert [next(outcomes).status, next(outcomes).status] == [201, 201]
        revoke(key, make_user("lead", "supervisor"), whole=whole)
        assert statuses(outcomes) == [401, 401]
        assert list(PartnerReport.objects.order_by("pk").values_list("reference", flat=True)) == ["0", "1"]

    def test_twice_is_once(self, key: PartnerKey) -> None:
        supervisor = make_user("lead", "supervisor")
        assert revoke_key(key=key, actor=supervisor, now=timezone.now())
        assert not revoke_key(key=key, actor=supervisor, now=timezone.now())
        event = AuditEvent.objects.get(action="partner_key.revoked")
        assert (event.actor_id, event.data) == (supervisor.pk, {"key": key.pk})


@pytest.mark.django_db(transaction=True)
class TestAway:
    def cut(self) -> None:
        """End this thread's connection from outside, as a restart of the database does."""
        parameters = connection.get_connection_params()
        parameters.pop("cursor_factory", None)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        other = psycopg2.connect(**parameters)
        with other, other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        other.close()

    def test_in_mid_batch_those_before_stay_and_the_rest_may_be_sent_again(self, key: PartnerKey) -> None:
        seeds, now = Seeds(b"s" * 32), timezone.now()
        outcomes = accept_reports(key=key, items=ITEMS, seeds=seeds, now=now)
        assert next(outcomes).status == 201
        self.cut()
        assert statuses(outcomes) == [503, 503, 503]
        connection.close()
        assert Report.objects.count() == 1
        again = list(accept_reports(key=key, items=ITEMS, seeds=seeds, now=now))
        assert statuses(again) == [201] * 4
        assert Report.objects.count() == PartnerReport.objects.count() == 4

    def test_at_once_or_without_sealing_keys(self, key: PartnerKey, settings: Settings) -> None:
        own, settings.SEALING_PUBLIC_KEYS = settings.SEALING_PUBLIC_KEYS, settings.VAR_DIR / "nowhere.json"
        with pytest.raises(StorageUnavailable):
            list(accept_reports(key=key, items=ITEMS, seeds=Seeds.fresh(), now=timezone.now()))
        settings.SEALING_PUBLIC_KEYS = own
        self.cut()
        with pytest.raises(StorageUnavailable):
            list(accept_reports(key=key, items=ITEMS, seeds=Seeds.fresh(), now=timezone.now()))
        connection.close()
        assert not Report.objects.exists()

    @pytest.mark.parametrize("whole", [True, False])
    def test_revocation_waits_for_the_current_report(self, key: PartnerKey, whole: bool) -> None:
        waited = []

        def revoke_impatiently() -> None:
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '100ms'")
                    revoke(key, supervisor, whole=whole)
            except Exception as error:  # noqa: BLE001 - whichever class the driver gives it
                waited.append(str(error))
            finally:
                connections.close_all()

        supervisor = make_user("lead", "supervisor")
        with transaction.atomic():
            next(accept_reports(key=key, items=ITEMS, seeds=Seeds.fresh(), now=timezone.now()))
            thread = threading.Thread(target=revoke_impatiently)
            thread.start()
            thread.join()
        assert [text.splitlines()[0] for text in waited] == ["canceling statement due to lock timeout"]

    @pytest.mark.parametrize("whole", [True, False])
    def test_a_report_queued_behind_a_revocation_is_refused(self, key: PartnerKey, whole: bool) -> None:
        processes: list[int] = []
        outcomes: list[int] = []

        def send() -> None:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    processes.append(cursor.fetchone()[0])
                sent = accept_reports(key=key, items=ITEMS[:2], seeds=Seeds.fresh(), now=timezone.now())
                outcomes.extend(statuses(sent))
            finally:
                connections.close_all()

        def is_waiting() -> bool:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM unnest(%s::int[]) AS pid WHERE pg_blocking_pids(pid) <> '{}'", [processes]
                )
                return bool(cursor.fetchone()[0])

        supervisor = make_user("lead", "supervisor")
        thread = threading.Thread(target=send)
        with transaction.atomic():
            revoke(key, supervisor, whole=whole)
            thread.start()
            until(is_waiting, what="the report that waits")
        thread.join()
        assert outcomes == [401, 401]
        assert not Report.objects.exists()


@pytest.mark.slow
def test_the_database_is_away_before_anything_is_read() -> None:
    sent, status, described, nothing = apart(
        [
            ("post", PATH, {}),
            ("get", f"{PATH}8e03978e-40d5-43dd-bc93-6894a57f9324/", {}),
            ("get", "/api/openapi.json", {}),
            ("get", "/api/nowhere", {}),
        ],
        DATABASE_URL=f"postgresql://clicksafely@127.0.0.1:{closed_port()}/clicksafely",
    )
    for answer in (sent, status):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert json.loads(answer.text)["detail"].startswith("The service cannot store data at the moment.")
    assert (described.status_code, nothing.status_code) == (200, 404)


@pytest.mark.django_db
class TestRepeats:
    def sending(self, partner: Partner, body: bytes = b"{}") -> idempotency.IdempotentRequest:
        return idempotency.IdempotentRequest(partner, "k" * 20, body)

    def test_a_process_that_died_in_mid_batch(self, key: PartnerKey) -> None:
        """A repeated request stores only the missing reports."""
        sending, now = self.sending(key.partner), timezone.now()
        idempotency.remember_request(sending=sending, now=now)
        dying = accept_reports(key=key, items=ITEMS, seeds=sending.seeds(), now=now)
        first_outcomes = [next(dying), next(dying)]
        dying.close()  # type: ignore[attr-defined]
        assert idempotency.is_repeated(sending=sending, now=now)
        outcomes = list(accept_reports(key=key, items=ITEMS, seeds=sending.seeds(), now=now))
        assert statuses(outcomes) == [201] * 4
        assert [one.receipt for one in outcomes[:2]] == [one.receipt for one in first_outcomes]
        assert [one.sent for one in outcomes[:2]] == [one.sent for one in first_outcomes]
        assert Report.objects.count() == 4

    def test_of_two_bodies_the_second_is_refused(self, partner: Partner) -> None:
        now = timezone.now()
        idempotency.remember_request(sending=self.sending(partner), now=now)
        for function in (idempotency.is_repeated, idempotency.remember_request):
            with pytest.raises(idempotency.BodyMismatch):
                function(sending=self.sending(partner, b"[]"), now=now)

    def test_the_task_deletes_expired_requests(self, partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("hotline.intake.api.idempotency.IDEMPOTENCY_DAYS", 2)
        now = timezone.now()
        for name, days in (("a", 1), ("b", 3)):
            sending = idempotency.IdempotentRequest(partner, name * 20, b"{}")
            idempotency.remember_request(sending=sending, now=now - timedelta(days=days))
        for _ in range(2):
            purge_partner_requests()
            assert PartnerRequest.objects.count() == 1
        assert idempotency.is_repeated(sending=idempotency.IdempotentRequest(partner, "a" * 20, b"{}"), now=now)


@pytest.mark.django_db
class TestTheDatabaseRefuses:
    def refused(self, constraint: str, rows: models.QuerySet[Any], **columns: object) -> None:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            rows.update(**columns)

    def test_partners(self, partner: Partner) -> None:
        rows = Partner.objects.filter(pk=partner.pk)
        self.refused("partner_limit_positive", rows, reports_per_hour=0)
        self.refused("partner_named", rows, name="")
        other = make_partner("други")
        self.refused("hotline_partner_name", Partner.objects.filter(pk=other.pk), name=partner.name)

    def test_keys(self, key: PartnerKey) -> None:
        rows = PartnerKey.objects.filter(pk=key.pk)
        self.refused("partner_key_digest_whole", rows, digest=bytes(31))
        self.refused("partner_key_prefix", rows, prefix="")
        self.refused("partner_key_revoked_after", rows, revoked_at=key.created_at - timedelta(seconds=1))
        other = key.partner.keys.create(label="y", prefix="y", digest=bytes(32), created_at=key.created_at)
        others = PartnerKey.objects.filter(pk=other.pk)
        self.refused("hotline_partnerkey_prefix", others, prefix=key.prefix)
        self.refused("one_valid_key_a_label", others, label=key.label)
        with pytest.raises(DataError), transaction.atomic():
            rows.update(prefix="123456789")

    def test_reports_and_requests(self, program: Program, partner: Partner) -> None:
        program.send([REPORT, REPORT])
        first, second = PartnerReport.objects.order_by("pk")
        rows = PartnerReport.objects.filter(pk=second.pk)
        for reference in ("Ана Анић", "a b", "a\n", "a" * 65):
            with pytest.raises((IntegrityError, DataError)), transaction.atomic():
                rows.update(reference=reference)
        self.refused("hotline_partnerreport_report", rows, report=first.report)
        self.refused("hotline_partnerreport_uuid", rows, uuid=first.uuid)
        PartnerRequest.objects.create(partner=partner, key_digest=b"a", body_digest=b"b", created_at=timezone.now())
        with pytest.raises(IntegrityError, match="one_request_a_key"), transaction.atomic():
            PartnerRequest.objects.create(partner=partner, key_digest=b"a", body_digest=b"c", created_at=timezone.now())

    def test_a_partner_or_key_that_sent_something_is_not_deleted(self, program: Program, partner: Partner) -> None:
        program.send(REPORT)
        for row in (partner, partner.keys.get()):
            with pytest.raises(models.ProtectedError):
                row.delete()
