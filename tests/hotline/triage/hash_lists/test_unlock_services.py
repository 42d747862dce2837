"""Unlocking pictures: by a supervisor who does not hold the case, and only without an exact match."""

from typing import Any

import pytest

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from hotline.models import HashList, Report, Upload
from hotline.review.timeline_labels import timeline_row
from hotline.triage.hash_lists.list_services import switch_list
from hotline.triage.hash_lists.matching import match_report
from hotline.triage.hash_lists.unlock_services import (
    NotLocked,
    OwnCase,
    StillListed,
    UnlockReasonMissing,
    unlock_upload,
)
from tests.clients.staff import signed_in
from tests.hotline.review.conftest import make_user
from tests.hotline.triage.hash_lists.lists import HOUR, NOW, imported, md5
from tests.hotline.triage.hash_lists.test_matching import PDQ, differing, picture_of, triaged

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> User:
    return make_user("lead", "supervisor")


def locked(**digests: Any) -> Upload:
    """A picture of a triaged report that the lists in use have locked."""
    report = triaged()
    picture_of(report, **digests)
    match_report(report_id=report.pk, now=NOW)
    upload = Upload.objects.get()
    assert upload.locked_at == HOUR
    return upload


@pytest.fixture
def similar() -> Upload:
    imported([differing(PDQ, 4)], "pdq")
    return locked(pdq=PDQ, pdq_quality=100)


def refused(upload: Upload, actor: User, why: type[Exception], *, reason: str = "similar") -> None:
    with pytest.raises(why):
        unlock_upload(upload=upload, reason=reason, actor=actor, now=NOW)
    assert not AuditEvent.objects.filter(action="upload.unlocked").exists()


def test_one_that_only_resembles_a_listed_picture(similar: Upload, lead: User) -> None:
    unlock_upload(upload=similar, reason="similar", actor=lead, now=NOW)
    similar.refresh_from_db()
    assert similar.locked_at is None
    event = AuditEvent.objects.get(action="upload.unlocked")
    assert (event.subject_id, event.actor_id, event.data) == (
        similar.report_id,
        lead.pk,
        {"upload": similar.pk, "reason": "similar"},
    )
    assert timeline_row(event, {lead.pk: "lead"}).text == "Слика откључана: само личи на слику са листе"


def test_it_stays_free_when_it_is_matched_again(similar: Upload, lead: User) -> None:
    unlock_upload(upload=similar, reason="similar", actor=lead, now=NOW)
    imported([md5("other")], name="Another")
    match_report(report_id=similar.report_id or 0, now=NOW)
    similar.refresh_from_db()
    assert similar.locked_at is None


def test_the_very_file_only_when_no_list_in_use_has_it(lead: User) -> None:
    hash_list = imported([md5("a")])
    upload = locked(md5=md5("a"))
    refused(upload, lead, StillListed)
    imported([md5("a"), md5("b")], replaces=True)
    refused(upload, lead, StillListed)
    switch_list(list_id=HashList.objects.get(state="active").pk, on=False, actor=lead, now=NOW)
    unlock_upload(upload=upload, reason="wrong_list", actor=lead, now=NOW)
    upload.refresh_from_db()
    assert (upload.locked_at, hash_list.name) == (None, "Drawn shapes")


def test_a_list_of_something_else_holds_nothing_back(similar: Upload, lead: User) -> None:
    upload_hashes = similar.file_hash
    upload_hashes.md5 = md5("a")
    upload_hashes.save()
    imported([md5("a")], name="Other", meaning="other")
    unlock_upload(upload=similar, reason="similar", actor=lead, now=NOW)


def test_claim_holder_cannot_unlock(similar: Upload, lead: User) -> None:
    Report.objects.update(claimed_by=lead, claimed_until=NOW)
    refused(similar, lead, OwnCase)


@pytest.mark.parametrize("reason", ["", "because"])
def test_never_without_a_reason(similar: Upload, lead: User, reason: str) -> None:
    refused(similar, lead, UnlockReasonMissing, reason=reason)


def test_once(similar: Upload, lead: User) -> None:
    Upload.objects.update(locked_at=None)
    refused(similar, lead, NotLocked)


class TestPage:
    def test_it_is_linked_from_the_matches_and_shows_errors(self, similar: Upload) -> None:
        client = signed_in("lead", "supervisor").client
        page = f"/admin/hotline/hash-lists/unlock/{similar.pk}/"
        assert f'href="{page}"' in client.get("/admin/hotline/hashmatch/").content.decode()
        assert [match.distance for match in client.get(page).context["matches"]] == [4]
        answer = client.post(page, {"reason": ""})
        refused = answer.context["form"].errors["reason"]
        assert (answer.status_code, refused) == (422, [str(UnlockReasonMissing.reason)])
        assert client.post(page, {"reason": "similar"}).url == "/admin/hotline/hashmatch/"
        assert f'href="{page}"' not in client.get("/admin/hotline/hashmatch/").content.decode()
        assert client.get(page).status_code == 200
        assert client.post(page, {"reason": "similar"}).status_code == 422

    def test_analysts_are_not_let_in(self, similar: Upload) -> None:
        page = f"/admin/hotline/hash-lists/unlock/{similar.pk}/"
        assert signed_in("ana", "analyst").client.post(page, {"reason": "similar"}).status_code == 403
        assert Upload.objects.get().locked_at == HOUR

    def test_a_picture_that_was_never_sent_has_none(self) -> None:
        upload = Upload.objects.create(size=1, mime_type="image/png", stored_at=HOUR)
        client = signed_in("lead", "supervisor").client
        assert client.get(f"/admin/hotline/hash-lists/unlock/{upload.pk}/").status_code == 404
