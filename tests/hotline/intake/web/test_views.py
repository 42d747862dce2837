"""The steps of the report form."""

import re
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clicksafely.common.crypto import receipts
from hotline.categories import CATEGORIES
from hotline.models import Message, Report, Upload
from tests.factories.hotline import ReportFactory
from tests.hotline.intake.journey import GOOD, Reporter, errors_on, hidden, html, nothing_written, picture, receipt_on

pytestmark = pytest.mark.django_db

FORM = "report/cyberbullying/"


class TestTheWay:
    @pytest.mark.parametrize("category", CATEGORIES)
    def test_from_start_to_receipt(self, category: str) -> None:
        language = "sr-latn"
        reporter = Reporter(language)
        start = reporter.get("report/")
        assert start.status_code == 200
        assert f'href="/{language}/report/{category}/"' in html(start)
        form = reporter.get(f"report/{category}/")
        assert form.status_code == 200
        assert f'action="/{language}/report/{category}/"' in html(form)
        summary = reporter.summary(category)
        assert summary.status_code == 200
        assert "https://primer.example.org/a" in html(summary)
        assert GOOD["what"] in html(summary)
        assert nothing_written()
        sent = reporter.send(hidden(summary, "state"))
        assert sent.status_code == 200
        for page in (summary, sent):
            assert (page["Referrer-Policy"], page["Cache-Control"], page.cookies) == ("same-origin", "no-store", {})
            assert re.search(r'<a class="quick-exit" href="/[a-z-]+/report/leave/["?]', html(page))
        report = Report.objects.get()
        assert (report.category, report.language) == (category, language)
        assert bytes(report.receipt_digest) == receipts.receipt_digest(receipt_on(sent))
        status = reporter.get("report/status/")
        assert status.status_code == 200
        assert f'action="/{language}/report/case/"' in html(status)
        assert reporter.open(receipt_on(sent)).status_code == 200

    def test_get_requests_of_a_step_redirect_to_the_status_page(self) -> None:
        response = Reporter("en").get("report/sent/")
        assert (response.status_code, response["Location"]) == (303, "/en/report/status/")

    @pytest.mark.parametrize("path", ["report/", "report/csam/", "report/own-picture/", "report/status/"])
    def test_the_way_out_is_on_every_page(self, reporter: Reporter, path: str) -> None:
        page = html(reporter.get(path))
        assert re.search(r'<a class="quick-exit" href="/sr/report/leave/["?]', page)
        for phone in ("192", "19833", "116111", "116000"):
            assert f'href="tel:{phone}"' in page

    def test_a_category_that_does_not_exist(self, reporter: Reporter) -> None:
        assert reporter.get("report/csamm/").status_code == 404
        assert reporter.post("report/CSAM/", GOOD).status_code == 404


class TestOrigin:
    """The rules are tested in their modules; this test covers every address."""

    def test_the_token_of_each_page_carries_on(self) -> None:
        """A browser that sends neither header gets through by the hidden fields alone."""
        old = Client(enforce_csrf_checks=True)
        form = old.get("/sr/report/other/")
        summary = old.post("/sr/report/other/", {**GOOD, "form_token": hidden(form, "form_token")})
        summary_fields = {name: hidden(summary, name) for name in ("form_token", "state")}
        sent = old.post("/sr/report/sent/", summary_fields)
        assert sent.status_code == 200
        status = old.get("/sr/report/status/")
        status_fields = {"form_token": hidden(status, "form_token"), "receipt": receipt_on(sent)}
        case = old.post("/sr/report/case/", status_fields)
        assert case.status_code == 200
        case_fields = {name: hidden(case, name) for name in ("form_token", "case")}
        assert old.post("/sr/report/case/", {**case_fields, "act": "message", "text": "а"}).status_code == 200
        assert Message.objects.count() == 1

    def test_after_two_hours_the_form_is_shown_again_with_its_input(self) -> None:
        """A browser that sends neither header; another site gets no further than this either."""
        old = Client(enforce_csrf_checks=True)
        with time_machine.travel("2026-03-02T12:00:00Z", tick=False) as clock:
            token = hidden(old.get("/en/report/other/"), "form_token")
            summary = old.post("/en/report/other/", {**GOOD, "form_token": token})
            carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html(summary)))
            clock.shift(2 * 3600 + 1)
            files = {"images": picture()}
            for path, fields in (("report/other/", {**GOOD, "form_token": token, **files}), ("report/sent/", carried)):
                again = old.post(f"/en/{path}", fields)
                assert again.status_code == 422
                assert f"{GOOD['what']}</textarea>" in html(again)
                assert again.headers["Cache-Control"] == "no-store"
            assert nothing_written()
            assert not Upload.objects.exists()
            # The token of the page that was shown again is good.
            assert old.post("/en/report/other/", {**GOOD, "form_token": hidden(again, "form_token")}).status_code == 200

    def test_after_two_hours_a_message_stays_and_the_code_is_required(self) -> None:
        old = Client(enforce_csrf_checks=True)
        report = ReportFactory()
        with time_machine.travel("2026-03-02T12:00:00Z", tick=False) as clock:
            token = hidden(old.get("/en/report/status/"), "form_token")
            case = old.post("/en/report/case/", {"receipt": report.receipt, "form_token": token})
            fields = {name: hidden(case, name) for name in ("form_token", "case")}
            clock.shift(2 * 3600 + 1)
            again = old.post("/en/report/case/", {**fields, "act": "message", "text": "недовршено"})
            assert again.status_code == 422
            assert "недовршено</textarea>" in html(again)
            # Nor does the receipt alone open a case with an old token.
            response = old.post("/en/report/case/", {"receipt": report.receipt, "form_token": token})
            assert (response.status_code, 'name="case"' in html(response)) == (422, False)
        assert not Message.objects.exists()


class TestMistakes:
    @pytest.mark.parametrize(
        ("fields", "where"),
        [
            ({"addresses": "\n".join(f"https://example.org/{number}" for number in range(5000))}, "addresses"),
            ({"what": "a\x00b"}, "what"),
            ({"images": SimpleUploadedFile("a.png", b"fake", "image/png")}, "images"),
            ({"consent": ""}, "consent"),
        ],
        ids=["5000 addresses", "NUL", "fake", "consent"],
    )
    def test_errors_are_shown_at_fields_and_input_stays(self, fields: dict[str, Any], where: str) -> None:
        response = Reporter("en").summary(details="остаје овде", app="viber", handle="@primer", **fields)
        assert response.status_code == 422
        assert list(errors_on(response)) == [where]
        page = html(response)
        assert "остаје овде" in page
        assert 'value="@primer"' in page
        assert '<option value="viber" selected>' in page
        assert f'href="#id_{where}"' in page
        assert nothing_written()

    @pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
    def test_invalid_utf_8_is_reported(self, kind: str) -> None:
        if kind == "urlencoded":
            body, content_type = b"what=%D0%FF%FE&details=ostaje&consent=on", "application/x-www-form-urlencoded"
        else:
            parts = {"what": b"\xd0\xff\xfe", "details": b"ostaje", "consent": b"on"}
            head = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
            body = b"".join(head % (name.encode(), value) for name, value in parts.items()) + b"--x--\r\n"
            content_type = "multipart/form-data; boundary=x"
        client = Client(headers={"Sec-Fetch-Site": "same-origin"})
        response = client.post(f"/en/{FORM}", body, content_type=content_type)
        assert response.status_code == 422
        assert list(errors_on(response)) == ["what"]
        assert "ostaje</textarea>" in html(response)
        assert nothing_written()

    def test_input_is_escaped(self, reporter: Reporter) -> None:
        typed = "</textarea><script>alert(1)</script>\"'"
        response = reporter.summary(what=typed, handle=typed, app="", consent="")
        assert response.status_code == 422
        assert "<script>alert" not in html(response)
        summary = reporter.summary(what=typed, handle=typed, app="other", contact=typed, details=typed, addresses=typed)
        assert summary.status_code == 200
        assert "<script>alert" not in html(summary)
        assert html(summary).count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4
