"""Deleting accounts: an account that holds a case cannot be deleted."""

from datetime import timedelta

import pytest
from django.db.models import ProtectedError
from django.utils import timezone

from clicksafely.accounts.models import User
from hotline.models import Report
from hotline.review import claims
from tests.clients.staff import Person, signed_in
from tests.hotline.review.conftest import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief() -> Person:
    """An administrator."""
    person = signed_in("chief")
    User.objects.filter(pk=person.user.pk).update(is_superuser=True)
    person.client.cookies["lang"] = "en"
    return person


@pytest.fixture
def held(analyst: User) -> Report:
    case = make_case()
    return claims.claim_case(report_id=case.pk, actor=analyst, now=timezone.now())


def still_held(case: Report, user: User) -> bool:
    case.refresh_from_db()
    return case.claimed_by == user and case.claimed_until is not None


def test_an_account_is_closed_not_deleted(chief: Person, analyst: User, held: Report) -> None:
    page = chief.client.get(f"/admin/accounts/user/{analyst.pk}/change/").content.decode()
    assert "Unselect this instead of deleting accounts." in page
    address = f"/admin/accounts/user/{analyst.pk}/delete/"
    assert address not in page
    assert chief.client.get(address).status_code == chief.client.post(address, {"post": "yes"}).status_code == 403
    assert still_held(held, analyst)


def test_nor_can_it_be_from_the_list(chief: Person, analyst: User, held: Report) -> None:
    assert "delete_selected" not in chief.client.get("/admin/accounts/user/").content.decode()
    chief.client.post(
        "/admin/accounts/user/", {"action": "delete_selected", "_selected_action": [analyst.pk], "post": "yes"}
    )
    assert still_held(held, analyst)


def test_a_claim_that_has_run_out_counts_until_it_is_taken_back(analyst: User, held: Report) -> None:
    later = timezone.now() + timedelta(days=1)
    with pytest.raises(ProtectedError):
        analyst.delete()
    claims.release_expired_claims(now=later)
    analyst.delete()
    held.refresh_from_db()
    assert (held.claimed_by, held.claimed_until) == (None, None)


def test_an_account_that_is_closed_keeps_its_case_until_the_claim_runs_out(
    chief: Person, analyst: User, held: Report
) -> None:
    User.objects.filter(pk=analyst.pk).update(is_active=False)
    assert still_held(held, analyst)
    assert claims.release_expired_claims(now=timezone.now() + timedelta(hours=1)) == 1
