"""What counts as exposure on the case page, and the keys of the page."""

import re
from collections.abc import Iterator

import pytest

from clicksafely.common.models import AuditEvent
from hotline.models import ExposureCount, Report
from hotline.models.sealed_content import sealed_path
from hotline.review.claims import claim_case
from tests.clients.staff import Person
from tests.clock import travelling
from tests.hotline.review.conftest import NOW, add_picture, address, make_case, make_item

pytestmark = pytest.mark.django_db
DATA = re.compile(r"data:image/webp;base64,[\w+/=]+")


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with travelling(NOW):
        yield


@pytest.fixture
def case(ana: Person) -> Report:
    """A case that Ana holds."""
    return claim_case(report_id=make_case(make_item(), make_item()).pk, actor=ana.user, now=NOW)


def count(person: Person) -> ExposureCount:
    return ExposureCount.objects.filter(user=person.user).first() or ExposureCount()


class TestElsewhere:
    def test_it_is_logged_and_counted_once_in_ten_minutes(self, ana: Person, case: Report) -> None:
        first, second = case.items.order_by("pk")
        for item in (first, first, second):
            response = ana.client.post(address(case, f"elsewhere/{item.pk}/"), {"item": "2"})
            assert (response.status_code, response["Location"]) == (303, address(case) + "?item=2")
        events = AuditEvent.objects.filter(action="item.opened_elsewhere", subject_id=case.pk, actor_id=ana.user.pk)
        assert [event.data for event in events.order_by("id")] == [{"item": first.pk}, {"item": second.pk}]
        assert (count(ana).elsewhere, count(ana).total) == (2, 2)
        assert re.search(r"2 / 40", ana.client.get(address(case)).content.decode())

    def test_not_for_a_case_that_another_person_holds(self, ana: Person, boris: Person, case: Report) -> None:
        item = case.items.earliest("pk")
        assert boris.client.post(address(case, f"elsewhere/{item.pk}/")).status_code == 422
        foreign = make_case().items.get()
        assert ana.client.post(address(case, f"elsewhere/{foreign.pk}/")).status_code == 404
        add_picture(case)
        response = boris.client.post(address(case, "reveal/"))
        assert (response.status_code, DATA.search(response.content.decode())) == (422, None)
        assert not ExposureCount.objects.exists()


class TestAllPictures:
    def test_they_are_shown_blurred_and_each_is_logged_and_counted(self, ana: Person, case: Report) -> None:
        shown = [add_picture(case), add_picture(case)]
        add_picture(case, locked_at=NOW)
        add_picture(case, state="unreadable")
        sealed_path(add_picture(case).uuid).unlink()
        html = ana.client.post(address(case, "reveal/")).content.decode()
        assert len(DATA.findall(html)) == html.count('class="revealed blurred"') == 2
        logged = AuditEvent.objects.filter(action="upload.revealed").values_list("data__upload", flat=True)
        assert sorted(logged) == [upload.pk for upload in shown]
        assert count(ana).pictures == 2
        assert not DATA.search(ana.client.get(address(case)).content.decode())

    def test_no_more_than_twelve_at_once(self, ana: Person, case: Report) -> None:
        for _ in range(13):
            add_picture(case)
        assert len(DATA.findall(ana.client.post(address(case, "reveal/")).content.decode())) == 12
