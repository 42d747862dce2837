"""Search by number, and rows that open a page outside the admin."""

import pytest
from django.utils import timezone

from hotline.models import Closing, ClosingAct, ClosingState, Report
from tests.clients.staff import Person, signed_in
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


def test_a_user_without_permission_gets_no_redirect() -> None:
    editor, case = signed_in("edita", "editor"), make_case()
    assert editor.client.get(f"/admin/hotline/report/{case.pk}/change/").status_code == 403


def test_a_row_opens_its_page(vera: Person) -> None:
    make_case()
    case = make_case()
    closing = close(case, vera)
    for path in (f"report/{case.pk}", f"closing/{closing.pk}"):
        response = vera.client.get(f"/admin/hotline/{path}/change/")
        assert (response.status_code, response.headers["Location"]) == (302, f"/admin/hotline/case/{case.pk}/")


@pytest.mark.parametrize("row", ["closing/0", "closing/999999999999999999999", f"report/{BENGALI_42}", "report/_5F"])
def test_a_row_that_does_not_exist_leads_to_the_index(vera: Person, row: str) -> None:
    response = vera.client.get(f"/admin/hotline/{row}/change/")
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/")


def test_rows_are_found_by_the_number_of_their_case_alone(vera: Person) -> None:
    found, other = make_case(), make_case()
    close(found, vera)
    close(other, vera)
    for model in ("closing", "report"):
        for typed in (f" {found.reference.lower()} ", str(found.pk)):
            html = vera.client.get(f"/admin/hotline/{model}/", {"q": typed}).content.decode()
            assert (found.reference in html, other.reference in html) == (True, False)
    for typed in (BENGALI_42, "NP-", "1e3", "9" * 22):
        html = vera.client.get("/admin/hotline/report/", {"q": typed}).content.decode()
        assert found.reference not in html
