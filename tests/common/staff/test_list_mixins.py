"""Search by number, and rows that open a page outside the admin."""

import pytest
from django.contrib import admin
from django.utils import timezone

from clicksafely.common.staff.list_mixins import NumberSearchMixin, RowPageMixin
from hotline.models import Closing, ClosingAct, ClosingState, Report
from tests.clients.staff import Person, signed_in
from tests.database import NUMBERED
from tests.hotline.review.conftest import make_case

pytestmark = pytest.mark.django_db

BENGALI_42 = "৪২"


@pytest.fixture
def vera() -> Person:
    return signed_in("vera", "supervisor")


def close(case: Report, author: Person) -> Closing:
    return Closing.objects.create(
        report=case,
        act=ClosingAct.ASIDE,
        end="spam",
        state=ClosingState.MADE,
        author=author.user,
        created_at=timezone.now(),
        effective_at=timezone.now(),
        before={},
    )


def test_a_row_opens_its_page(vera: Person) -> None:
    case = make_case()
    response = vera.client.get(f"/admin/hotline/report/{case.pk}/change/")
    assert (response.status_code, response.headers["Location"]) == (302, f"/admin/hotline/case/{case.pk}/")


def test_a_closing_opens_its_case(vera: Person) -> None:
    make_case()
    case = make_case()
    closing = close(case, vera)
    response = vera.client.get(f"/admin/hotline/closing/{closing.pk}/change/")
    assert response.headers["Location"] == f"/admin/hotline/case/{case.pk}/"


@pytest.mark.parametrize("key", ["0", "999999999999999999999", BENGALI_42, "x"])
def test_a_closing_that_does_not_exist_leads_to_the_index(vera: Person, key: str) -> None:
    response = vera.client.get(f"/admin/hotline/closing/{key}/change/")
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/")


@pytest.mark.parametrize("key", [BENGALI_42, "x", "_5F"])
def test_other_digits_are_no_number_of_a_row(vera: Person, key: str) -> None:
    response = vera.client.get(f"/admin/hotline/report/{key}/change/")
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/")


def test_a_user_without_permission_gets_no_redirect() -> None:
    editor, case = signed_in("edita", "editor"), make_case()
    assert editor.client.get(f"/admin/hotline/report/{case.pk}/change/").status_code == 403


def test_the_closings_of_a_case_are_found_by_its_number(vera: Person) -> None:
    found, other = make_case(), make_case()
    close(found, vera)
    close(other, vera)
    for typed in (found.reference, str(found.pk)):
        html = vera.client.get("/admin/hotline/closing/", {"q": typed}).content.decode()
        assert (found.reference in html, other.reference in html) == (True, False)


@pytest.mark.parametrize("typed", [BENGALI_42, "NP-", "-", "1e3", "4 2"])
def test_a_search_for_another_text_finds_no_row(vera: Person, typed: str) -> None:
    case = make_case()
    response = vera.client.get("/admin/hotline/report/", {"q": typed})
    assert response.status_code == 200
    assert case.reference not in response.content.decode()


def test_every_class_names_an_existing_page() -> None:
    for model, model_admin in admin.site._registry.items():
        if isinstance(model_admin, NumberSearchMixin):
            assert model_admin.get_search_results(None, model._default_manager.all(), "0")[0].count() == 0  # type: ignore[arg-type]
        if isinstance(model_admin, RowPageMixin):
            assert model_admin.row_page.startswith("admin:")


def test_no_row_of_a_test_has_the_number_in_a_help_text() -> None:
    """A search for a reference in a page would find the help text otherwise."""
    numbered = {
        model
        for model, each in admin.site._registry.items()
        if getattr(each, "reference_letters", "") and each.search_help_text
    }
    assert numbered == set(NUMBERED)
