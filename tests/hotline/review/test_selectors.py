"""Hash matches on the case page, and locked pictures."""

from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clicksafely.accounts.models import User
from clicksafely.common.crypto import sealing
from clicksafely.common.models import AuditEvent
from hotline.models import FileHash, HashList, HashMatch, HashOrigin, ListMeaning, Report, Upload
from hotline.models.sealed_content import sealed_path
from hotline.review.claims import claim_case
from hotline.review.exceptions import PictureLocked, PictureNotMatched
from hotline.review.sealed_content import reveal_upload
from hotline.review.selectors import FILES_SHOWN, files_of
from tests.clients.staff import signed_in
from tests.factories.file_hashes import file_hash, make_file_hash
from tests.hotline.review.conftest import NOW, make_case

pytestmark = pytest.mark.django_db
HOUR = NOW.replace(minute=0)


def make_picture(report: Report, *, locked: bool = False, compared: bool = True) -> Upload:
    """A sealed picture with the hash of what it came from."""
    row = uuid4()
    path = sealed_path(row)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(sealing.seal(b"drawn", ring="hotline", table="hotline_upload", field="image", row=row))
    upload = Upload.objects.create(
        report=report, uuid=row, size=5, mime_type="image/png", stored_at=HOUR, locked_at=HOUR if locked else None
    )
    make_file_hash(
        report=report,
        upload=upload,
        origin=HashOrigin.UPLOAD,
        md5=bytes(16),
        media_type="image/png",
        size=2048,
        matched_at=HOUR if compared else None,
    )
    return upload


def make_list(name: str = "Drawn shapes", meaning: str = ListMeaning.CSAM) -> HashList:
    return HashList.objects.create(
        name=name,
        source="Example hotline",
        label="baseline",
        meaning=meaning,
        layout="md5",
        file_size=1,
        file_digest=bytes(32),
        arrived_at=NOW,
    )


class TestReveal:
    @pytest.mark.parametrize(
        ("state", "refusal"), [({"locked": True}, PictureLocked), ({"compared": False}, PictureNotMatched)]
    )
    def test_a_locked_one_and_one_not_compared_yet_are_not(
        self, case: Report, analyst: User, state: dict[str, bool], refusal: type[Exception]
    ) -> None:
        claim_case(report_id=case.pk, actor=analyst, now=NOW)
        upload = make_picture(case, **state)
        with pytest.raises(refusal):
            reveal_upload(upload=upload, actor=analyst, now=NOW)
        assert not AuditEvent.objects.filter(action="upload.revealed").exists()


class TestCaseScreen:
    def test_a_match_is_named_with_its_list_and_distance(self, case: Report) -> None:
        make_picture(case)
        file = FileHash.objects.get()
        HashMatch.objects.create(file_hash=file, hash_list=make_list(), algorithm=3, matched_at=HOUR)
        near = make_list("Near ones", ListMeaning.OTHER)
        HashMatch.objects.create(file_hash=file, hash_list=near, algorithm=4, distance=12, matched_at=HOUR)
        client = signed_in("reader", "analyst").client
        client.post("/admin/language/", {"language": "en"})
        page = client.get(f"/admin/hotline/case/{case.pk}/").content.decode()
        assert all(words in page for words in ("Drawn shapes", "SHA-256", "12 of 256", "PDQ"))

    def test_matched_files_come_first_and_many_are_counted(
        self, case: Report, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        files = FileHash.objects.bulk_create(
            file_hash(report=case, origin=HashOrigin.MAIL, md5=bytes([number]) * 16)
            for number in range(FILES_SHOWN + 3)
        )
        HashMatch.objects.create(file_hash=files[-1], hash_list=make_list(), algorithm=1, matched_at=HOUR)
        with django_assert_max_num_queries(3):
            found = files_of(case)
        assert (found.files[0], len(found.files), found.beyond) == (files[-1], FILES_SHOWN, 3)


class TestMyWork:
    def locked_cases(self, client: Client) -> list[tuple[int, int]]:
        locked = client.get("/admin/hotline/desk/").context["locked"]
        return [(report.pk, report.locked) for report in locked]

    def test_locked_pictures_are_listed_for_supervisors_only(self) -> None:
        first, second, third = make_case(), make_case(), make_case()
        make_picture(first, locked=True)
        make_picture(second)
        for _ in range(2):
            make_picture(third, locked=True)
        assert self.locked_cases(signed_in("lead", "supervisor").client) == [(third.pk, 2), (first.pk, 1)]
        assert self.locked_cases(signed_in("reader", "analyst").client) == []
