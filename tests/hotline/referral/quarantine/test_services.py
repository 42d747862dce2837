"""Tests of suspected pictures: locking, unlocking by another person, packing, delivery, erasure, crashes."""

import hashlib
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from clicksafely.accounts.models import User
from clicksafely.common.crypto import key_rotation
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.models import AuditEvent
from hotline.lifecycle.exceptions import WrongState
from hotline.models import Action, FileHash, Report, Route, Suspicion, Upload
from hotline.models.sealed_content import sealed_path
from hotline.referral import services as referrals
from hotline.referral.quarantine import services
from hotline.referral.quarantine.selectors import awaiting_handover
from hotline.referral.quarantine.tasks import erase_handed_over
from hotline.review.claims import claim_case, release_case
from hotline.review.exceptions import PictureLocked
from hotline.review.sealed_content import reveal_upload
from hotline.states import ItemState, ReportState
from hotline.triage.hash_lists.unlock_services import AlreadyHandedOver, StillSuspected, unlock_upload
from tests.hotline.referral.quarantine.conftest import HOUR, drawn, make_picture, name_on_list
from tests.hotline.review.conftest import NOW, make_case, make_user

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
        claim_case(report_id=case.pk, actor=supervisor, now=NOW)
        suspicion = services.suspect_upload(upload=upload, actor=analyst, now=NOW)
        assert (suspicion.author, suspicion.raised_at) == (analyst, NOW)
        upload.refresh_from_db()
        assert upload.locked_at == HOUR
        for person in (analyst, supervisor):
            claim_case(report_id=case.pk, actor=person, now=NOW, reason="urgent")
            with pytest.raises(PictureLocked):
                reveal_upload(upload=upload, actor=person, now=NOW)
        assert events(upload) == ["upload.suspected"]

    def test_twice_is_once(self, case: Report, analyst: User, colleague: User) -> None:
        upload = make_picture(case)
        first = services.suspect_upload(upload=upload, actor=analyst, now=NOW)
        assert services.suspect_upload(upload=upload, actor=colleague, now=LATER) == first
        assert AuditEvent.objects.filter(action="upload.suspected").count() == 1

    def test_it_makes_the_case_more_urgent_and_one_reported_as_abuse_no_more(self, analyst: User) -> None:
        bullying = make_case(category="cyberbullying", priority_reasons=["cyberbullying"], priority=4)
        abuse = make_case(priority_reasons=["csam"], priority=22)
        for report in (bullying, abuse):
            services.suspect_upload(upload=make_picture(report), actor=analyst, now=NOW)
            report.refresh_from_db()
        assert (bullying.priority_reasons, bullying.priority) == (["suspected", "cyberbullying"], 26)
        assert (abuse.priority_reasons, abuse.priority) == (["csam"], 22)

    def test_not_after_the_police_have_it(self, case: Report, analyst: User) -> None:
        upload = make_picture(case)
        Upload.objects.update(locked_at=HOUR, packed_in=uuid4(), handed_over_at=NOW)
        with pytest.raises(services.PictureErased):
            services.suspect_upload(upload=upload, actor=analyst, now=LATER)


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

    def test_refusals(
        self, upload: Upload, analyst: User, supervisor: User, other_supervisor: User, case: Report
    ) -> None:
        self.refused(upload, supervisor, services.OwnSuspicion)
        with pytest.raises(IntegrityError), transaction.atomic():
            Suspicion.objects.update(withdrawn_by=supervisor, withdrawn_at=NOW, withdraw_reason="slip")
        self.refused(upload, analyst, services.ForSupervisors)
        self.refused(upload, other_supervisor, services.WithdrawReasonMissing, "because")
        claim_case(report_id=case.pk, actor=other_supervisor, now=NOW)
        self.refused(upload, other_supervisor, services.OwnCase)
        release_case(report=case, actor=other_supervisor, now=NOW)
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
        with pytest.raises(WrongState):
            referrals.withdraw_referral(referral=referral, actor=supervisor, now=LATER)
        item = case.items.get()
        case.refresh_from_db()
        # Beside a referral of the content itself.
        referrals.refer_urgently(report=case, item=item, actor=supervisor, reason="now", now=NOW)
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
        assert services.mark_handed_over(package=packed.uuid, now=LATER) == 0
        assert services.erase_handed_over(now=LATER) == 0
        assert events(packed) == ["upload.suspected", "upload.packed", "upload.handed_over", "upload.erased"]
        assert not awaiting_handover().exists()

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
        # The next run succeeds, also if the file is gone.
        path.rmdir()
        erase_handed_over()
        packed.refresh_from_db()
        assert packed.erased_at is not None

    def test_only_pictures_packed_last_in_that_package(self, packed: Upload, case: Report, analyst: User) -> None:
        late = make_picture(case)
        services.suspect_upload(upload=late, actor=analyst, now=NOW)
        assert services.mark_handed_over(package=uuid4(), now=LATER) == 0
        newer = uuid4()
        services.files_for_handover(report=case, package=newer, now=NOW)
        assert services.mark_handed_over(package=packed.uuid, now=LATER) == 0
        assert services.mark_handed_over(package=newer, now=LATER) == 2

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

    def test_one_that_was_unlocked_meanwhile_is_not_erased(self, packed: Upload, supervisor: User) -> None:
        services.withdraw_suspicion(upload=packed, reason="slip", actor=supervisor, now=NOW)
        assert services.mark_handed_over(package=packed.uuid, now=LATER) == 0
        services.erase_handed_over(now=LATER)
        assert sealed_path(packed.uuid).exists()
