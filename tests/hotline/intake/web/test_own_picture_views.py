"""The page "Your own picture" and the codes in the report form: what is carried, what is refused, what is promised."""

from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from clicksafely.common.crypto.sealing import SealError
from hotline.categories import CSAM
from hotline.models import OwnPicture, Report, SealedText, Upload
from tests.clients.page_reader import PageReader
from tests.hotline.intake.journey import Reporter, hidden, html, nothing_written, picture, receipt_on
from tests.stored_data import database_text

pytestmark = pytest.mark.django_db

PATH = "report/own-picture/"
CODE = f"{'3f' * 32}:{'a0' * 32}:97"
OTHER = "4e" * 32
HOSTILE = [
    '"><img src=x onerror=alert(1)>',
    CODE.upper(),
    CODE[:-1] + "٧",
    CODE + "\x00",
    "3e" * 31,
    "a" * 100_000,
]


def codes_in(response: HttpResponse) -> list[str]:
    """The codes that the form carries."""
    return [each["value"] for each in PageReader(html(response)).all("input", name="own_pictures") if "value" in each]


def continued(*codes: str) -> HttpResponse:
    return Reporter("en").post(PATH, {"own_pictures": list(codes)})


class TestPage:
    def test_it_links_to_other_help_without_scripts(self) -> None:
        response = Reporter("en").get(PATH)
        assert response.status_code == 200
        page = PageReader(html(response))
        links = [each["href"] for each in page.all("a")]
        for address in ("/en/report/csam/?about=me", "tel:192", "tel:116111"):
            assert address in links
        outside = [each["href"] for each in page.all("a", rel="external noopener noreferrer")]
        assert outside == ["https://takeitdown.ncmec.org/", "https://stopncii.org/"]
        (choose,) = page.all("input", type="file")
        assert "name" not in choose
        assert [each for each in page.all("form") if each.get("enctype")] == []
        assert response["Cache-Control"] == "no-store"

    @pytest.mark.parametrize(("category", "child"), [("csam", True), ("csam", False), ("other", True)])
    def test_the_form_of_a_child_with_pictures_leads_to_it(self, category: str, child: bool) -> None:
        page = html(Reporter("en").get(f"report/{category}/" + ("?about=me" if child else "")))
        assert (f'href="/en/{PATH}"' in page) == (child and category == CSAM.code)


class TestCarried:
    def test_from_the_page_to_the_report(self, reporter: Reporter) -> None:
        form = continued(CODE, OTHER, CODE)
        assert (form.status_code, codes_in(form)) == (200, [CODE, OTHER])
        assert 'action="/en/report/csam/?about=me"' in html(form)
        summary = reporter.post("report/csam/?about=me", {"own_pictures": [CODE, OTHER], "consent": "on"})
        assert (summary.status_code, CODE[:12] in html(summary)) == (200, True)
        assert nothing_written()
        assert receipt_on(reporter.send(hidden(summary, "state")))
        digests = [row.open_digests() for row in OwnPicture.objects.filter(report=Report.objects.get()).order_by("pk")]
        assert [each.sha256 and each.sha256.hex() for each in digests] == ["3f" * 32, OTHER]
        assert (digests[0].pdq, digests[0].pdq_quality, digests[1].pdq) == (b"\xa0" * 32, 97, None)

    def test_after_two_hours_without_headers_they_stay(self) -> None:
        with time_machine.travel("2026-03-02T10:00:00Z", tick=False) as clock:
            reporter = Reporter("en", Accept="text/html")
            page = reporter.get(PATH)
            fields = {name: hidden(page, name) for name in ("form_token", "draft_id")}
            clock.shift(2 * 3600 + 1)
            form = reporter.post(PATH, {**fields, "own_pictures": [CODE]})
        assert (form.status_code, codes_in(form)) == (200, [CODE])

    def test_they_stay_after_an_error_elsewhere_and_a_change(self, reporter: Reporter) -> None:
        path = "report/csam/?about=me"
        wrong = reporter.post(path, {"own_pictures": [CODE, OTHER], "what": "x"})
        assert (wrong.status_code, codes_in(wrong)) == (422, [CODE, OTHER])
        state = hidden(reporter.post(path, {"own_pictures": [CODE], "consent": "on"}), "state")
        assert codes_in(reporter.send(state, edit="1")) == [CODE]


class TestRefused:
    @pytest.mark.parametrize("code", HOSTILE)
    @pytest.mark.parametrize("path", [PATH, "report/csam/?about=me"])
    def test_invalid_picture_code_is_refused(self, path: str, code: str) -> None:
        fields = {"own_pictures": [CODE, code], "consent": "on", "what": "x"}
        response = Reporter("en").post(path, fields)
        assert response.status_code == 422
        assert code not in html(response)
        assert codes_in(response) == ([] if path == PATH else [CODE])
        assert nothing_written()

    @pytest.mark.parametrize("path", [PATH, "report/csam/?about=me"])
    def test_too_many(self, path: str) -> None:
        codes = [f"{number:064x}" for number in range(6)]
        response = Reporter("en").post(path, {"own_pictures": codes, "consent": "on", "what": "x"})
        assert response.status_code == 422
        assert codes_in(response) == ([] if path == PATH else codes[:5])
        assert nothing_written()

    def test_none(self) -> None:
        assert continued().status_code == 422

    def test_a_picture_that_is_sent_anyway_is_not_read(self) -> None:
        files: Any = {"own_pictures": [CODE], "file": picture("a.png")}
        form = Reporter("en").post(PATH, files)
        assert codes_in(form) == [CODE]
        response = Reporter("en").post(PATH, {"own_pictures": SimpleUploadedFile("a.png", b"x", "image/png")})
        assert response.status_code == 422
        assert not Upload.objects.exists()


def test_a_stolen_database_shows_no_code(reporter: Reporter) -> None:
    for _ in range(2):
        reporter.send(reporter.state("csam", own_pictures=[CODE]))
    text = database_text().lower()
    assert ("3f" * 32 in text, "a0" * 32 in text) == (False, False)
    first, second = (bytes(sealed) for sealed in OwnPicture.objects.values_list("sealed", flat=True))
    assert first != second
    assert b"3f3f" not in b"".join(bytes(text.sealed) for text in SealedText.objects.all())


def test_a_code_does_not_open_as_another_row(reporter: Reporter) -> None:
    reporter.send(reporter.state("csam", own_pictures=[CODE, OTHER]))
    one, other = OwnPicture.objects.order_by("pk")
    one.sealed = other.sealed
    with pytest.raises(SealError):
        one.open_digests()
