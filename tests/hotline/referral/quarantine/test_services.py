"""Tests of suspected pictures: locking, unlocking by another person, packing, delivery, erasure, crashes."""

import hashlib
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from clicksafely.accounts.models import User
from clicksafely.common.crypto import key_rotation
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.models import AuditEvent
from hotline.lifecycle.exceptions import WrongState
from hotline.models import Action, FileHash, Referral, Report, Route, Suspicion, Upload
from hotline.models.sealed_content import sealed_path
from hotline.referral import services as referrals
from hotline.referral.quarantine import services
from hotline.referral.quarantine.selectors import awaiting_handover
from hotline.referral.quarantine.tasks import erase_handed_over
from hotline.review.claims import claim_case
from hotline.review.exceptions import PictureLocked
from hotline.review.sealed_content import reveal_upload
from hotline.review.timeline_labels import LINES
from hotline.states import ItemState, ReportState
from hotline.triage.hash_lists.unlock_services import AlreadyHandedOver, StillSuspected, unlock_upload
from tests.hotline.referral.quarantine.conftest import HOUR, drawn, make_picture, name_on_list
from tests.hotline.review.conftest import NOW, make_case, make_item, make_user

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=3)


@pytest.fixture
def other_supervisor(db: None) -> User:
    return make_user("other lead", "supervisor")


def events(upload: Upload) -> list[str]:
    of_it = AuditEvent.objects.filter(data__upload=upload.pk).order_by("pk")
    return [event.action for event in of_it]


class TestSuspecting:
    def test_it_is_locked_for_all_users_immediately(self, case: Report, analyst: User, supervisor: User) -> None:
        upload = make_picture(case)
        services.suspect_upload(upload=upload, actor=analyst, now=NOW)
        upload.refresh_from_db()
        assert upload.locked_at == HOUR
        for person in (analyst, supervisor):
            claim_case(report_id=case.pk, actor=person, now=NOW, reason="urgent")
            with pytest.raises(PictureLocked):
                reveal_upload(upload=upload, actor=person, now=NOW)
        assert events(upload) == ["upload.suspected"]

    def test_suspicion_stores_author_time_and_hashes(self, case: Report, analyst: User) -> None:
        upload = make_picture(case)
        suspicion = services.suspect_upload(upload=upload, actor=analyst, now=NOW)
        assert (suspicion.author, suspicion.raised_at, FileHash.objects.get().upload) == (analyst, NOW, upload)

    def test_twice_is_once(self, case: Report, analyst: User, colleague: User) -> None:
        upload = make_picture(case)
        first = services.suspect_upload(upload=upload, actor=analyst, now=NOW)
        assert services.suspect_upload(upload=upload, actor=colleague, now=LATER) == first
        assert AuditEvent.objects.filter(action="upload.suspected").count() == 1

    def test_case_claimed_by_a_colleague_does_not_prevent_a_suspicion(
        self, case: Report, analyst: User, colleague: User
    ) -> None:
        claim_case(report_id=case.pk, actor=colleague, now=NOW)
        services.suspect_upload(upload=make_picture(case), actor=analyst, now=NOW)
        assert Upload.objects.get().locked_at == HOUR

    def test_it_makes_the_case_more_urgent_and_one_reported_as_abuse_no_more(self, analyst: User) -> None:
        bullying = make_case(category="cyberbullying", priority_reasons=["cyberbullying"], priority=4)
        abuse = make_case(priority_reasons=["csam"], priority=22)
        for report in (bullying, abuse):
            services.suspect_upload(upload=make_picture(report), actor=analyst, now=NOW)
            report.refresh_from_db()
        assert (bullying.priority_reasons, bullying.priority) == (["suspected", "cyberbullying"], 26)
        assert (abuse.priority_reasons, abuse.priority) == (["csam"], 22)

    def test_one_of_an_ended_case_is_locked_and_the_case_left(self, analyst: User) -> None:
        report = make_case(state=ReportState.SPAM, queue=None)
        services.suspect_upload(upload=make_picture(report), actor=analyst, now=NOW)
        report.refresh_from_db()
        assert (report.state, report.priority, Upload.objects.get().locked_at) == ("spam", 0, HOUR)

    def test_not_after_the_police_have_it(self, case: Report, analyst: User) -> None:
        upload = make_picture(case)
        Upload.objects.update(locked_at=HOUR, packed_in=uuid4(), handed_over_at=NOW)
        with pytest.raises(services.PictureErased):
            services.suspect_upload(upload=upload, actor=analyst, now=LATER)

    def test_its_events_have_words(self) -> None:
        codes = {"suspected", "suspicion_withdrawn", "packed", "handed_over", "erased"}
        assert {f"upload.{code}" for code in codes} <= LINES.keys()


class TestWithdrawing:
    @pytest.fixture
    def upload(self, case: Report, supervisor: User) -> Upload:
        upload = make_picture(case)
        services.suspect_upload(upload=upload, actor=supervisor, now=NOW)
        return upload

    def refused(self, upload: Upload, actor: User, why: type[ActionRefused], reason: str = "slip") -> None:
        with pytest.raises(why):
            services.withdraw_suspicion(upload=upload, reason=reason, actor=actor, now=LATER)
        assert Upload.objects.get(pk=upload.pk).locked_at == HOUR
        assert not AuditEvent.objects.filter(action="upload.suspicion_withdrawn").exists()

    def test_by_another_supervisor(self, upload: Upload, other_supervisor: User, case: Report) -> None:
        Report.objects.update(priority_reasons=["suspected", "serbian_host"], priority=28)
        services.withdraw_suspicion(upload=upload, reason="slip", actor=other_supervisor, now=LATER)
        suspicion = Suspicion.objects.get()
        assert (suspicion.withdrawn_by, suspicion.withdrawn_at, suspicion.withdraw_reason) == (
            other_supervisor,
            LATER,
            "slip",
        )
        case.refresh_from_db()
        assert Upload.objects.get().locked_at is None
        assert (case.priority_reasons, case.priority) == (["serbian_host"], 6)
        assert events(upload) == ["upload.suspected", "upload.suspicion_withdrawn"]

    def test_author_cannot_withdraw_a_suspicion(self, upload: Upload, supervisor: User) -> None:
        self.refused(upload, supervisor, services.OwnSuspicion)
        with pytest.raises(IntegrityError), transaction.atomic():
            Suspicion.objects.update(withdrawn_by=supervisor, withdrawn_at=NOW, withdraw_reason="slip")

    def test_never_by_an_analyst(self, upload: Upload, analyst: User) -> None:
        self.refused(upload, analyst, services.ForSupervisors)

    def test_claim_holder_cannot_withdraw_a_suspicion(
        self, upload: Upload, other_supervisor: User, case: Report
    ) -> None:
        claim_case(report_id=case.pk, actor=other_supervisor, now=NOW)
        self.refused(upload, other_supervisor, services.OwnCase)

    @pytest.mark.parametrize("reason", ["", "because"])
    def test_never_without_a_reason(self, upload: Upload, other_supervisor: User, reason: str) -> None:
        self.refused(upload, other_supervisor, services.WithdrawReasonMissing, reason)

    def test_never_after_the_police_have_it(self, upload: Upload, other_supervisor: User) -> None:
        Upload.objects.update(packed_in=uuid4(), handed_over_at=NOW)
        self.refused(upload, other_supervisor, services.PictureErased)

    def test_one_that_a_list_names_too_stays_locked(self, upload: Upload, other_supervisor: User) -> None:
        name_on_list(upload)
        services.withdraw_suspicion(upload=upload, reason="reconsidered", actor=other_supervisor, now=LATER)
        assert Upload.objects.get().locked_at == HOUR
        assert AuditEvent.objects.get(action="upload.suspicion_withdrawn").data["locked"] is True

    def test_unlocking_a_list_match_does_not_bypass_it(
        self, upload: Upload, other_supervisor: User, case: Report
    ) -> None:
        with pytest.raises(StillSuspected):
            unlock_upload(upload=upload, reason="similar", actor=other_supervisor, now=NOW)
        services.withdraw_suspicion(upload=upload, reason="slip", actor=other_supervisor, now=LATER)
        with pytest.raises(services.NotSuspected):
            services.withdraw_suspicion(upload=upload, reason="slip", actor=other_supervisor, now=LATER)
        Upload.objects.update(locked_at=HOUR, packed_in=uuid4(), handed_over_at=NOW)
        with pytest.raises(AlreadyHandedOver):
            unlock_upload(upload=upload, reason="similar", actor=other_supervisor, now=NOW)

    def test_it_may_be_suspected_again(self, upload: Upload, other_supervisor: User, analyst: User) -> None:
        services.withdraw_suspicion(upload=upload, reason="slip", actor=other_supervisor, now=LATER)
        services.suspect_upload(upload=upload, actor=analyst, now=LATER)
        assert Suspicion.objects.count() == 2

    def test_the_referral_without_suspected_pictures_is_withdrawn(
        self, upload: Upload, other_supervisor: User, case: Report
    ) -> None:
        second = make_picture(case)
        services.suspect_upload(upload=second, actor=make_user("third", "analyst"), now=NOW)
        referral = services.refer_suspected(report=case, actor=other_supervisor, now=NOW)
        services.withdraw_suspicion(upload=upload, reason="slip", actor=other_supervisor, now=LATER)
        referral.refresh_from_db()
        assert referral.state == "due"
        services.withdraw_suspicion(upload=second, reason="slip", actor=other_supervisor, now=LATER)
        referral.refresh_from_db()
        assert referral.state == "withdrawn"


class TestReferral:
    @pytest.fixture
    def upload(self, case: Report, analyst: User) -> Upload:
        upload = make_picture(case)
        services.suspect_upload(upload=upload, actor=analyst, now=NOW)
        return upload

    def test_a_supervisor_sends_them_and_the_content_stays_where_it_is(
        self, upload: Upload, case: Report, supervisor: User
    ) -> None:
        referral = services.refer_suspected(report=case, actor=supervisor, now=NOW)
        assert list(referrals.due_referrals(route=Route.POLICE, now=NOW)) == [referral]
        assert referrals.mark_sent(referral=referral, now=LATER)
        item = case.items.get()
        case.refresh_from_db()
        assert (item.state, case.state, Action.objects.count()) == (ItemState.UNASSESSED, ReportState.TRIAGED, 0)
        assert AuditEvent.objects.filter(action="referral.pictures", actor_id=supervisor.pk).count() == 1

    @pytest.mark.parametrize("state", [ItemState.ACTIONED, ItemState.ASSESSED])
    def test_one_that_fails_leaves_the_content_too(
        self, upload: Upload, case: Report, supervisor: User, state: ItemState
    ) -> None:
        case.items.update(state=state)
        referral = services.refer_suspected(report=case, actor=supervisor, now=NOW)
        referrals.fail_referral(referral=referral, problem="unforeseen", now=LATER)
        assert case.items.get().state == state
        waiting = awaiting_handover().get()
        assert (waiting.locked, waiting.locked_since, waiting.way, waiting.problem) == (1, HOUR, "failed", "unforeseen")
        services.refer_suspected(report=case, actor=supervisor, now=LATER)

    def test_beside_a_referral_of_the_item_itself(self, upload: Upload, case: Report, supervisor: User) -> None:
        item = case.items.get()
        services.refer_suspected(report=case, actor=supervisor, now=NOW)
        referrals.refer_urgently(report=case, item=item, actor=supervisor, reason="now", now=NOW)
        assert Referral.objects.filter(item=item, route="police", state="due").count() == 2

    def test_of_two_cases_with_the_same_content(self, analyst: User, supervisor: User) -> None:
        item = make_item()
        for report in (make_case(item), make_case(item)):
            services.suspect_upload(upload=make_picture(report), actor=analyst, now=NOW)
            services.refer_suspected(report=report, actor=supervisor, now=NOW)
        assert Referral.objects.filter(item=item, is_for_pictures=True).count() == 2

    def test_once_and_by_supervisors_only(self, upload: Upload, case: Report, supervisor: User, analyst: User) -> None:
        with pytest.raises(services.ForSupervisors):
            services.refer_suspected(report=case, actor=analyst, now=NOW)
        services.refer_suspected(report=case, actor=supervisor, now=NOW)
        with pytest.raises(services.HandoverPending):
            services.refer_suspected(report=case, actor=supervisor, now=NOW)
        with pytest.raises(services.NothingToHandOver):
            services.refer_suspected(report=make_case(), actor=supervisor, now=NOW)

    def test_the_file_and_its_metadata(self, upload: Upload, case: Report, analyst: User) -> None:
        make_picture(case, colour="green")
        package = uuid4()
        (file,) = services.files_for_handover(report=case, package=package, now=NOW)
        data = drawn()
        assert (file.data, file.size, file.sha256) == (data, len(data), hashlib.sha256(data).hexdigest())
        assert (file.name, file.mime_type) == (f"picture-{upload.pk}.webp", "image/webp")
        assert (file.suspected_by, file.received_sha256) == (analyst.username, (upload.uuid.bytes * 2).hex())
        assert "data" not in repr(file)
        assert AuditEvent.objects.get(action="upload.packed").data == {"upload": upload.pk, "package": str(package)}

    def test_lock_by_a_hash_list_has_no_author(self, case: Report) -> None:
        make_picture(case)
        Upload.objects.update(locked_at=HOUR)
        (row,) = FileHash.objects.all()
        row.seal_digests(row.open_digests()._replace(sha256=None))
        row.save()
        (file,) = services.files_for_handover(report=case, package=uuid4(), now=NOW)
        assert (file.suspected_by, file.received_sha256) == ("", "")

    def test_a_file_that_is_lost_or_damaged_stops_it_and_nothing_is_noted(self, upload: Upload, case: Report) -> None:
        path = sealed_path(upload.uuid)
        path.write_bytes(path.read_bytes()[:-1])
        with pytest.raises(SealError):
            services.files_for_handover(report=case, package=uuid4(), now=NOW)
        path.unlink()
        with pytest.raises(FileNotFoundError):
            services.files_for_handover(report=case, package=uuid4(), now=NOW)
        assert not AuditEvent.objects.filter(action="upload.packed").exists()
        assert Upload.objects.get().packed_in is None


class TestErasing:
    @pytest.fixture
    def packed(self, case: Report, analyst: User) -> Upload:
        upload = make_picture(case)
        services.suspect_upload(upload=upload, actor=analyst, now=NOW)
        services.files_for_handover(report=case, package=upload.uuid, now=NOW)
        upload.refresh_from_db()
        return upload

    def test_the_delivered_file_is_erased_and_marker_and_hashes_stay(
        self, packed: Upload, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        path = sealed_path(packed.uuid)
        path.with_name(f"{path.name}.new").write_bytes(b"what a re-sealing left")
        with django_capture_on_commit_callbacks(execute=True):
            assert services.mark_handed_over(package=packed.uuid, now=LATER) == 1
        packed.refresh_from_db()
        assert (packed.locked_at, packed.handed_over_at, packed.erased_at) == (HOUR, LATER, LATER)
        assert list(path.parent.iterdir()) == []
        assert FileHash.objects.get(upload=packed).open_digests().md5 == packed.uuid.bytes
        assert events(packed) == ["upload.suspected", "upload.packed", "upload.handed_over", "upload.erased"]
        assert not awaiting_handover().exists()

    def test_again_it_does_nothing(
        self, packed: Upload, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        for _ in range(2):
            with django_capture_on_commit_callbacks(execute=True):
                services.mark_handed_over(package=packed.uuid, now=LATER)
        assert services.mark_handed_over(package=packed.uuid, now=LATER) == 0
        assert services.erase_handed_over(now=LATER) == 0
        assert events(packed)[2:] == ["upload.handed_over", "upload.erased"]

    def test_erasure_is_completed_after_a_crash(self, packed: Upload) -> None:
        services.mark_handed_over(package=packed.uuid, now=LATER)
        sealed_path(packed.uuid).unlink()
        erase_handed_over()
        packed.refresh_from_db()
        assert packed.erased_at is not None

    def test_failed_erasure_is_repeated(
        self, packed: Upload, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        path = sealed_path(packed.uuid)
        path.unlink()
        # A folder cannot be unlinked, not even by root.
        path.mkdir()
        with django_capture_on_commit_callbacks(execute=True):
            assert services.mark_handed_over(package=packed.uuid, now=LATER) == 1
        packed.refresh_from_db()
        assert (packed.handed_over_at, packed.erased_at) == (LATER, None)
        path.rmdir()
        path.write_bytes(b"sealed")
        assert services.erase_handed_over(now=LATER) == 1
        assert not path.exists()

    def test_only_pictures_packed_last_in_that_package(self, packed: Upload, case: Report, analyst: User) -> None:
        late = make_picture(case)
        services.suspect_upload(upload=late, actor=analyst, now=NOW)
        assert services.mark_handed_over(package=uuid4(), now=LATER) == 0
        newer = uuid4()
        services.files_for_handover(report=case, package=newer, now=NOW)
        assert services.mark_handed_over(package=packed.uuid, now=LATER) == 0
        assert services.mark_handed_over(package=newer, now=LATER) == 2

    def test_one_that_was_unlocked_meanwhile_is_not_erased(self, packed: Upload, supervisor: User) -> None:
        services.withdraw_suspicion(upload=packed, reason="slip", actor=supervisor, now=NOW)
        assert services.mark_handed_over(package=packed.uuid, now=LATER) == 0
        services.erase_handed_over(now=LATER)
        assert sealed_path(packed.uuid).exists()

    def test_re_sealing_restores_no_erased_file(self, packed: Upload) -> None:
        services.mark_handed_over(package=packed.uuid, now=LATER)
        services.erase_handed_over(now=LATER)
        (place,) = Upload.sealed_fields
        place.reseal(packed)
        assert not sealed_path(packed.uuid).exists()
        assert key_rotation.count_stale("hotline") == 0

    @pytest.mark.parametrize(
        "columns",
        [
            {"handed_over_at": NOW, "locked_at": None},
            {"handed_over_at": NOW, "packed_in": None},
            {"erased_at": NOW, "handed_over_at": None},
        ],
    )
    def test_the_database_refuses_invalid_states(self, packed: Upload, columns: dict[str, object]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Upload.objects.update(**columns)


READY = """
    INSERT INTO hotline_upload (report_id, uuid, size, mime_type, state, attempts, stored_at)
    SELECT %(report)s, gen_random_uuid(), 1, 'image/png', 'ready', 0, timestamptz '2026-01-01'
    FROM generate_series(1, 5000)
"""


def test_query_count_is_independent_of_rows(analyst: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in (1, 3):
        for _ in range(number):
            services.suspect_upload(upload=make_picture(make_case()), actor=analyst, now=NOW)
        with django_assert_num_queries(1):
            list(awaiting_handover()[:20])
    with connection.cursor() as cursor:
        # Enough rows for the planner to prefer the smaller of two indexes.
        cursor.execute(READY, {"report": make_case().pk})
        cursor.execute("ANALYZE hotline_upload; ANALYZE hotline_report")
        sql, parameters = awaiting_handover()[:20].query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", parameters)
        assert "upload_awaits_police" in str(cursor.fetchall())


def test_the_files_are_opened_and_erased_in_one_place() -> None:
    """All access to picture files is in `hotline.lifecycle.picture_files`, with a reason."""
    root = Path(__file__).resolve().parents[4] / "hotline"
    knowing = {path.relative_to(root).as_posix() for path in root.rglob("*.py") if "sealed_path" in path.read_text()}
    assert knowing == {
        "lifecycle/picture_files.py",
        "models/sealed_content.py",
        "intake/services.py",
        "intake/pictures.py",
    }
    openers = {path.relative_to(root).as_posix() for path in root.rglob("*.py") if "open_picture(" in path.read_text()}
    assert openers == {
        "lifecycle/picture_files.py",
        "review/sealed_content.py",
        "referral/quarantine/services.py",
        "intake/pictures.py",
    }
    direct = {path.relative_to(root).as_posix() for path in root.rglob("*.py") if "IMAGE.open(" in path.read_text()}
    assert direct == {"lifecycle/picture_files.py"}


def test_sent_referrals_cannot_be_withdrawn(case: Report, analyst: User, supervisor: User) -> None:
    services.suspect_upload(upload=make_picture(case), actor=analyst, now=NOW)
    referral = services.refer_suspected(report=case, actor=supervisor, now=NOW)
    referrals.mark_sent(referral=referral, now=NOW)
    with pytest.raises(WrongState):
        referrals.withdraw_referral(referral=referral, actor=supervisor, now=LATER)
