"""Suspected pictures: the button, the case page and “My work”."""

import re
from collections.abc import Iterator

import pytest
from django.utils import timezone

from clicksafely.common.models import AuditEvent
from hotline.models import Referral, Report, Suspicion, Upload
from hotline.models.sealed_content import sealed_path
from hotline.referral import services as referrals
from hotline.referral.quarantine.services import files_for_handover, mark_handed_over, suspect_upload
from hotline.review.claims import claim_case
from hotline.review.welfare import daily_exposure
from tests.clients.staff import Person, signed_in
from tests.clock import travelling
from tests.hotline.referral.quarantine.conftest import _media_folder, make_picture
from tests.hotline.review.conftest import NOW, make_case

pytestmark = pytest.mark.django_db
__all__ = ["_media_folder"]

NO_STORE = "max-age=0, no-cache, no-store, must-revalidate, private"
DATA = re.compile(r"data:image/webp;base64,[\w+/=]+")


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with travelling(NOW):
        yield


def person(name: str, role: str) -> Person:
    signed = signed_in(name, role)
    signed.client.post("/admin/language/", {"language": "en"})
    return signed


@pytest.fixture
def ana() -> Person:
    return person("ana", "analyst")


@pytest.fixture
def vera() -> Person:
    return person("vera", "supervisor")


@pytest.fixture
def case() -> Report:
    return make_case(category="cyberbullying")


@pytest.fixture
def picture(case: Report) -> Upload:
    return make_picture(case)


def address(case: Report, act: str = "") -> str:
    return f"/admin/hotline/case/{case.pk}/{act}"


def text(who: Person, path: str) -> str:
    response = who.client.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def send(who: Person, path: str, **form: str) -> tuple[int, str]:
    response = who.client.post(path, form)
    return response.status_code, " ".join(response.content.decode().split())


class TestButton:
    def test_button_is_beside_hidden_and_revealed_pictures(self, ana: Person, case: Report, picture: Upload) -> None:
        button = f'action="{address(case, f"suspect/{picture.pk}/")}"'
        assert button in text(ana, address(case))
        claim_case(report_id=case.pk, actor=ana.user, now=NOW)
        status, revealed = send(ana, address(case, f"reveal/{picture.pk}/"))
        assert (status, bool(DATA.search(revealed)), button in revealed) == (200, True, True)

    def test_pressing_it_locks_the_picture_for_all_users(
        self, ana: Person, vera: Person, case: Report, picture: Upload
    ) -> None:
        claim_case(report_id=case.pk, actor=ana.user, now=NOW)
        answer = ana.client.post(address(case, f"suspect/{picture.pk}/"), {"item": "1"})
        assert (answer.status_code, answer["Location"]) == (303, address(case) + "?item=1")
        page = text(ana, address(case))
        assert 'Suspected by <span translate="no">ana</span>.' in page
        assert "a picture is suspected child sexual abuse material" in page
        assert "Picture locked: a colleague suspects child sexual abuse material" in page
        for who in (ana, vera):
            claim_case(report_id=case.pk, actor=who.user, now=NOW, reason="agreed")
            assert f"reveal/{picture.pk}/" not in text(who, address(case))
            status, refused = send(who, address(case, f"reveal/{picture.pk}/"))
            assert (status, DATA.search(refused)) == (422, None)
            assert "This picture is locked as suspected child sexual abuse material." in refused
            assert send(who, address(case, f"reveal/{picture.pk}/"), unblurred="1")[0] == 422

    def test_also_when_the_time_at_the_case_has_run_out(self, ana: Person, case: Report, picture: Upload) -> None:
        assert ana.client.post(address(case, f"suspect/{picture.pk}/")).status_code == 303
        assert Suspicion.objects.get().author == ana.user

    def test_a_picture_of_another_case_is_not_there(self, ana: Person, picture: Upload) -> None:
        other = address(make_case(), f"suspect/{picture.pk}/")
        assert ana.client.post(other).status_code == 404
        assert not Suspicion.objects.exists()

    def test_not_after_the_police_have_it(self, ana: Person, case: Report, picture: Upload) -> None:
        Upload.objects.update(locked_at=NOW, packed_in=picture.uuid, handed_over_at=NOW)
        status, page = send(ana, address(case, f"suspect/{picture.pk}/"))
        assert status == 422
        assert "The police already have this picture" in page


class TestSupervisor:
    def locked_by(self, who: Person, upload: Upload) -> None:
        suspect_upload(upload=upload, actor=who.user, now=NOW)

    def test_my_work_lists_suspected_pictures_for_supervisors_only(
        self, ana: Person, vera: Person, case: Report, picture: Upload
    ) -> None:
        self.locked_by(ana, picture)
        desk_text = text(vera, "/admin/hotline/desk/")
        assert "Suspected child sexual abuse material" in desk_text
        assert "locked since 2 Mar 2026, 11:00" in desk_text
        assert "not handed over yet" in desk_text
        assert "Suspected child sexual abuse material" not in text(ana, "/admin/hotline/desk/")

    def test_a_mistake_is_mended_by_another_with_a_reason(
        self, ana: Person, vera: Person, case: Report, picture: Upload
    ) -> None:
        self.locked_by(ana, picture)
        free = address(case, f"free/{picture.pk}/")
        assert f'action="{free}"' in text(vera, address(case))
        status, page = send(vera, free)
        assert (status, "Choose a reason." in page, '<details class="show-original" open>' in page) == (422, True, True)
        assert vera.client.post(free, {"reason": "slip"}).status_code == 303
        assert Upload.objects.get().locked_at is None
        assert "Suspicion about a picture withdrawn: the wrong button was pressed" in text(vera, address(case))

    def test_only_an_uninvolved_supervisor_withdraws_a_suspicion(
        self, ana: Person, vera: Person, case: Report, picture: Upload
    ) -> None:
        self.locked_by(vera, picture)
        free = address(case, f"free/{picture.pk}/")
        other = person("olga", "supervisor")
        claim_case(report_id=case.pk, actor=other.user, now=NOW)
        for who, why in (
            (ana, "Only a supervisor may do this."),
            (vera, "You raised this suspicion yourself"),
            (other, "You hold this case."),
        ):
            assert f'action="{free}"' not in text(who, address(case))
            status, page = send(who, free, reason="slip")
            assert (status, why in page) == (422, True)
        assert Upload.objects.get().locked_at is not None

    def test_handing_over_from_the_case_to_the_marker_that_stays(
        self, ana: Person, vera: Person, case: Report, picture: Upload
    ) -> None:
        self.locked_by(ana, picture)
        hand = address(case, "pictures/")
        assert f'action="{hand}"' not in text(ana, address(case))
        assert send(ana, hand)[0] == 422
        assert f'action="{hand}"' in text(vera, address(case))
        assert vera.client.post(hand).status_code == 303
        assert "The locked pictures are being sent to the police, sealed." in text(ana, address(case))
        assert "being sent to the police" in text(vera, "/admin/hotline/desk/")
        assert send(vera, hand)[0] == 422
        files_for_handover(report=case, package=picture.uuid, now=NOW)
        referrals.mark_sent(referral=Referral.objects.get(), now=NOW)
        mark_handed_over(package=picture.uuid, now=NOW)
        assert "The police have it. Its file is being erased." in text(ana, address(case))
        Upload.objects.update(erased_at=NOW)
        page = text(ana, address(case))
        assert "The police have had it since 2 March 2026. Its file is erased. Its hashes are kept." in page
        assert "Suspected child sexual abuse material" not in text(vera, "/admin/hotline/desk/")

    def test_failed_delivery_gives_the_reason_and_is_repeated(
        self, ana: Person, vera: Person, case: Report, picture: Upload
    ) -> None:
        self.locked_by(ana, picture)
        vera.client.post(address(case, "pictures/"))
        referrals.fail_referral(referral=Referral.objects.get(), problem="hosting_unsure", now=NOW)
        page = text(vera, address(case))
        assert "They were not sent: the host could not be checked again; decide again." in page
        assert "the host could not be checked again" in text(vera, "/admin/hotline/desk/")
        assert vera.client.post(address(case, "pictures/")).status_code == 303
        assert Referral.objects.filter(state="due").count() == 1


class TestShowing:
    @pytest.fixture(autouse=True)
    def _mine(self, ana: Person, case: Report) -> None:
        claim_case(report_id=case.pk, actor=ana.user, now=NOW)

    def sizes(self, page: str) -> int:
        found = DATA.search(page)
        assert found
        return len(found[0])

    def test_blurred_first_unless_a_person_chooses_otherwise_and_counted_once(
        self, ana: Person, case: Report, picture: Upload
    ) -> None:
        reveal = address(case, f"reveal/{picture.pk}/")
        blurred, sharp = send(ana, reveal)[1], send(ana, reveal, unblurred="1")[1]
        assert "Show sharp" in blurred
        assert "Show sharp" not in sharp
        assert DATA.search(blurred)[0] != DATA.search(sharp)[0]  # type: ignore[index]
        assert AuditEvent.objects.filter(action="upload.revealed").count() == 2
        assert daily_exposure(ana.user, timezone.now()).total == 1
        send(ana, reveal)
        assert daily_exposure(ana.user, timezone.now()).total == 2

    def test_unblurred_for_a_user_with_this_setting(self, ana: Person, case: Report, picture: Upload) -> None:
        ana.client.post("/admin/hotline/welfare/pictures/", {"single_keys": "1"})
        assert "Show sharp" not in send(ana, address(case, f"reveal/{picture.pk}/"))[1]

    def test_sharp_alone_is_counted_too(self, ana: Person, case: Report, picture: Upload) -> None:
        send(ana, address(case, f"reveal/{picture.pk}/"), unblurred="1")
        assert daily_exposure(ana.user, timezone.now()).total == 1

    def test_one_at_a_time(self, ana: Person, case: Report, picture: Upload) -> None:
        make_picture(case, colour="green")
        _status, page = send(ana, address(case, f"reveal/{picture.pk}/"))
        assert len(DATA.findall(page)) == 1

    @pytest.mark.parametrize("act", ["reveal/{}/", "suspect/{}/", "free/{}/"])
    def test_no_response_with_a_picture_is_cacheable(
        self, ana: Person, case: Report, picture: Upload, act: str
    ) -> None:
        answer = ana.client.post(address(case, act.format(picture.pk)))
        assert answer["Cache-Control"] == NO_STORE
        assert "ETag" not in answer
        assert "Last-Modified" not in answer

    def test_no_address_of_its_own(self, ana: Person, case: Report, picture: Upload) -> None:
        for path in (
            address(case, f"reveal/{picture.pk}/"),
            f"/media/sealed/{picture.uuid}",
            f"/sealed/{picture.uuid}",
            f"/static/sealed/{picture.uuid}",
        ):
            answer = ana.client.get(path)
            assert answer.status_code in {303, 404}
            assert not answer.headers.get("Content-Type", "text/html").startswith("image/")
        assert sealed_path(picture.uuid).exists()
