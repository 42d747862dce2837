"""Availability checks on the case page, “My work” and the list."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from clicksafely.common.models import AuditEvent
from hotline.availability.services import record_result
from hotline.availability.url_checker import Observation
from hotline.models import AvailabilityCheck, CheckResult
from tests.clients.staff import Person, signed_in
from tests.factories.availability_checks import HOUR, SENT, make_watched

pytestmark = pytest.mark.django_db
MY_WORK = "/admin/hotline/desk/"
LIST = "/admin/hotline/availabilitycheck/"


@pytest.fixture(autouse=True)
def _availability_checks() -> object:
    with override_settings(AVAILABILITY_CHECKS=True):
        yield


@pytest.fixture
def ana() -> Person:
    person = signed_in("ana", "analyst")
    person.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return person


def see(check: AvailabilityCheck, result: CheckResult, hours: float, leads_to: str = "") -> None:
    record_result(check_id=check.pk, observation=Observation(result, leads_to), now=SENT + hours * HOUR)


def case(check: AvailabilityCheck, act: str = "") -> str:
    return f"/admin/hotline/case/{check.item.reports.get().pk}/{act and f'{act}/{check.item_id}/'}"


def text(person: Person, address: str) -> str:
    response = person.client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_case_shows_available_content(ana: Person) -> None:
    check = make_watched()
    record_result(
        check_id=check.pk, observation=Observation(CheckResult.AVAILABLE), now=timezone.now() - timedelta(minutes=6)
    )
    assert "available, checked 6 minutes ago" in text(ana, case(check))


def test_redirect_target_is_shown_as_evidence_only(ana: Person) -> None:
    check = make_watched()
    see(check, CheckResult.MOVED, 5, "https://b.example.net/<x>")
    shown = '<span class="evidence" translate="no">https://b.example.net/&lt;x&gt;</span>'
    assert shown not in text(ana, case(check))
    response = ana.client.post(f"{case(check)}address/{check.item_id}/", headers={"Accept-Language": "en"})
    assert shown in response.content.decode()
    ana.client.post(f"{case(check)}claim/")
    assert "It has moved since the hand-over." in text(ana, case(check))


def test_check_now(ana: Person) -> None:
    check = make_watched()
    see(check, CheckResult.AVAILABLE, 1)
    response = ana.client.post(case(check, "check"), {"item": "1"})
    assert (response.status_code, response["Location"]) == (303, f"{case(check)}?item=1")
    check.refresh_from_db()
    assert check.next_check_at is not None
    assert check.next_check_at <= timezone.now()
    assert AuditEvent.objects.filter(action="availability.check_requested", actor_id=ana.user.pk).count() == 1


@override_settings(AVAILABILITY_CHECKS=False)
def test_switched_off_it_shows_a_note_and_offers_no_check(ana: Person) -> None:
    assert "/check/" not in text(ana, case(make_watched()))


def test_record_a_removal(ana: Person) -> None:
    check = make_watched()
    assert ana.client.post(case(check, "gone"), {"outcome": "removed"}).status_code == 303
    check.refresh_from_db()
    assert (check.outcome, check.item.reports.get().state) == ("removed", "closed")
    assert ana.client.post(case(check, "gone"), {"outcome": "removed"}).status_code == 422


def test_checks_to_review_are_listed_until_reviewed(ana: Person) -> None:
    check = make_watched()
    assert "Checks that need review" not in text(ana, MY_WORK)
    see(check, CheckResult.PRIVATE, 1)
    html = text(ana, MY_WORK)
    assert "Checks that need review" in html
    assert "redirects to a private network" in html
    assert ana.client.post(case(check, "looked"), {"item": "1"}).status_code == 303
    assert "Checks that need review" not in text(ana, MY_WORK)
    assert ana.client.post(case(check, "looked"), {"item": "1"}).status_code == 422


def test_the_list_of_watches(ana: Person) -> None:
    check = make_watched()
    see(check, CheckResult.MOVED, 1, "https://b.example.net/x")
    shown = text(ana, LIST)
    assert (check.item.host in shown, check.item.canonical in shown) == (True, False)
    shown = text(ana, f"{LIST}{check.pk}/change/")
    assert ("b.example.net" in shown, "b.example.net/x" in shown) == (True, False)
    assert text(ana, f"{LIST}?result__exact=moved").count('class="evidence"') == 1
    assert 'class="evidence"' not in text(ana, f"{LIST}?result__exact=gone")
