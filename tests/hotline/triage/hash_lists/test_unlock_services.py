"""Unlocking pictures: by a supervisor who does not hold the case, and only without an exact match."""

from typing import Any

import pytest

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from hotline.models import HashList, Report, Upload
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
    data = {"upload": similar.pk, "reason": "similar"}
    assert (event.subject_id, event.actor_id, event.data) == (similar.report_id, lead.pk, data)
    # It stays free when it is matched again.
    imported([md5("other")], name="Another")
    match_report(report_id=event.subject_id or 0, now=NOW)
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


def test_once_and_never_without_a_reason_or_in_the_own_case(similar: Upload, lead: User) -> None:
    for reason in ("", "because"):
        refused(similar, lead, UnlockReasonMissing, reason=reason)
    Report.objects.update(claimed_by=lead, claimed_until=NOW)
    refused(similar, lead, OwnCase)
    Report.objects.update(claimed_by=None, claimed_until=None)
    Upload.objects.update(locked_at=None)
    refused(similar, lead, NotLocked)


class TestPage:
    def test_it_is_linked_from_the_matches_and_shows_errors(self, similar: Upload) -> None:
        client = signed_in("lead", "supervisor").client
        page = f"/admin/hotline/hash-lists/unlock/{similar.pk}/"
        assert f'href="{page}"' in client.get("/admin/hotline/hashmatch/").content.decode()
        assert [match.distance for match in client.get(page).context["matches"]] == [4]
        answer = client.post(page, {"reason": ""})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])
        assert client.post(page, {"reason": "similar"}).url == "/admin/hotline/hashmatch/"
        assert f'href="{page}"' not in client.get("/admin/hotline/hashmatch/").content.decode()
        assert client.post(page, {"reason": "similar"}).status_code == 422

    def test_analysts_are_not_let_in(self, similar: Upload) -> None:
        page = f"/admin/hotline/hash-lists/unlock/{similar.pk}/"
        assert signed_in("ana", "analyst").client.post(page, {"reason": "similar"}).status_code == 403
        assert Upload.objects.get().locked_at == HOUR
