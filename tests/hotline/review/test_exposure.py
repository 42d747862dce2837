"""What counts as exposure on the case page, and the keys of the page."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.test import override_settings
from PIL import Image

from clicksafely.common.crypto import sealing
from clicksafely.common.models import AuditEvent
from hotline.models import ExposureCount, Report, Upload
from hotline.models.sealed_content import sealed_path
from hotline.review.claims import claim_case
from tests.clients.staff import Person
from tests.clock import travelling
from tests.hotline.review.conftest import NOW, make_case, make_item

pytestmark = pytest.mark.django_db
DATA = re.compile(r"data:image/webp;base64,[\w+/=]+")


@pytest.fixture(autouse=True)
def _now(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path), travelling(NOW):
        yield


@pytest.fixture
def case(ana: Person) -> Report:
    """A case that Ana holds."""
    return claim_case(report_id=make_case(make_item(), make_item()).pk, actor=ana.user, now=NOW)


def make_picture(case: Report, **columns: object) -> Upload:
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "#d22").save(drawn, "PNG")
    upload = Upload.objects.create(report=case, size=1, mime_type="image/png", stored_at=NOW, **columns)
    path = sealed_path(upload.uuid)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        sealing.seal(drawn.getvalue(), ring="hotline", table="hotline_upload", field="image", row=upload.uuid)
    )
    return upload


def address(case: Report, act: str = "") -> str:
    return f"/admin/hotline/case/{case.pk}/{act}"


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
        assert not ExposureCount.objects.exists()


class TestAllPictures:
    def test_they_are_shown_blurred_and_each_is_logged_and_counted(self, ana: Person, case: Report) -> None:
        shown = [make_picture(case), make_picture(case)]
        make_picture(case, locked_at=NOW)
        make_picture(case, state="unreadable")
        html = ana.client.post(address(case, "reveal/")).content.decode()
        assert len(DATA.findall(html)) == html.count('class="revealed blurred"') == 2
        logged = AuditEvent.objects.filter(action="upload.revealed").values_list("data__upload", flat=True)
        assert sorted(logged) == [upload.pk for upload in shown]
        assert count(ana).pictures == 2
        assert not DATA.search(ana.client.get(address(case)).content.decode())

    def test_one_without_its_file_stays_veiled(self, ana: Person, case: Report) -> None:
        make_picture(case)
        sealed_path(make_picture(case).uuid).unlink()
        assert len(DATA.findall(ana.client.post(address(case, "reveal/")).content.decode())) == 1
        assert count(ana).pictures == 1

    def test_no_more_than_twelve_at_once(self, ana: Person, case: Report) -> None:
        for _ in range(13):
            make_picture(case)
        assert len(DATA.findall(ana.client.post(address(case, "reveal/")).content.decode())) == 12

    def test_only_by_the_holder(self, boris: Person, case: Report) -> None:
        make_picture(case)
        response = boris.client.post(address(case, "reveal/"))
        assert (response.status_code, DATA.search(response.content.decode())) == (422, None)
        assert not ExposureCount.objects.exists()


class TestKeys:
    def test_each_picture_has_a_key_and_one_hides_them_all(self, ana: Person, case: Report) -> None:
        for _ in range(10):
            make_picture(case)
        html = ana.client.post(address(case, "reveal/")).content.decode()
        assert html.count('data-hide data-key="Escape"') == 10
        for number in range(1, 10):
            assert f'data-key="r shift+{number}"' in html
        assert "shift+10" not in html

    def test_the_page_lists_every_key_that_it_has(self, ana: Person, case: Report) -> None:
        make_picture(case)
        make_picture(case)
        html = ana.client.post(address(case, "reveal/")).content.decode()
        table = html[html.index('id="keys"') :]
        listed = " ".join(re.findall(r"<kbd>([^<]+)</kbd>", table))
        listed = listed.replace("Esc", "Escape").replace("↵", "Enter")
        ranges = {*map(str, range(1, 8)), *(f"⇧{digit}" for digit in range(1, 10))}
        pressed = {key for keys in re.findall(r'data-(?:focus-)?key="([^"]+)"', html) for key in keys.split()}
        shown = {key.replace("shift+", "⇧") if len(key) > 1 else key for key in pressed}
        named = {*listed.split(), *ranges}
        assert {key for key in shown if key not in named and key.upper() not in named} == set()

    def test_locking_a_picture_needs_one_confirmation(self, ana: Person, case: Report) -> None:
        upload = make_picture(case)
        html = ana.client.get(address(case)).content.decode()
        assert re.search(r'<details class="suspect">\s*<summary>', html)
        box = html[html.index('class="suspect"') :]
        assert box.index("</summary>") < box.index(f"suspect/{upload.pk}/") < box.index("</details>")
