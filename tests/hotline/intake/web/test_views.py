"""The steps of the report form."""

import re
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clicksafely.common.crypto import receipts
from hotline.categories import CATEGORIES
from hotline.intake.page_texts import seeded_texts
from hotline.models import Message, PageTextKey, Report, Upload
from tests.factories.hotline import ReportFactory
from tests.hotline.intake.journey import GOOD, Reporter, errors_on, hidden, html, nothing_written, picture, receipt_on

pytestmark = pytest.mark.django_db

LANGUAGES = ("sr", "sr-latn", "en")
FORM = "report/cyberbullying/"


class TestTheWay:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("category", CATEGORIES)
    def test_from_start_to_receipt(self, category: str, language: str) -> None:
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
        report = Report.objects.get()
        assert (report.category, report.language) == (category, language)
        assert bytes(report.receipt_digest) == receipts.receipt_digest(receipt_on(sent))
        status = reporter.get("report/status/")
        assert status.status_code == 200
        assert f'action="/{language}/report/case/"' in html(status)
        assert reporter.open(receipt_on(sent)).status_code == 200

    @pytest.mark.parametrize("path", ["report/sent/", "report/case/"])
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_get_requests_of_steps_redirect_to_the_status_page(self, language: str, path: str) -> None:
        response = Reporter(language).get(path)
        assert (response.status_code, response["Location"]) == (303, f"/{language}/report/status/")

    def test_leaving(self, reporter: Reporter) -> None:
        response = reporter.get("report/leave/")
        assert (response.status_code, response["Location"]) == (303, seeded_texts()[PageTextKey.QUICK_EXIT].text_sr)
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'
        assert response["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("path", ["report/", "report/csam/", FORM, "report/own-picture/", "report/status/"])
    def test_the_way_out_is_on_every_page(self, reporter: Reporter, path: str) -> None:
        page = html(reporter.get(path))
        assert re.search(r'<a class="quick-exit" href="/sr/report/leave/["?]', page)
        for phone in ("192", "19833", "116111", "116000"):
            assert f'href="tel:{phone}"' in page

    def test_the_way_out_is_on_the_answers(self, reporter: Reporter) -> None:
        summary = reporter.summary()
        sent = reporter.send(hidden(summary, "state"))
        for page in (reporter.post(FORM), summary, sent, reporter.open(receipt_on(sent)), reporter.open("x")):
            assert re.search(r'href="/sr/report/leave/["?]', html(page))
            assert 'href="tel:192"' in html(page)

    @pytest.mark.parametrize("path", ["report/csamm/", "report/CSAM/", "report/hate_speech/"])
    def test_categories_that_do_not_exist(self, reporter: Reporter, path: str) -> None:
        assert reporter.get(path).status_code == 404
        assert reporter.post(path, GOOD).status_code == 404

    @pytest.mark.parametrize("method", ["put", "patch", "delete"])
    @pytest.mark.parametrize(
        "path", ["report/", FORM, "report/sent/", "report/status/", "report/case/", "report/leave/"]
    )
    def test_other_methods(self, path: str, method: str) -> None:
        assert getattr(Client(headers={"Sec-Fetch-Site": "same-origin"}), method)(f"/sr/{path}").status_code == 405

    def test_no_cookie_and_nothing_stored_anywhere(self, reporter: Reporter) -> None:
        summary = reporter.summary()
        sent = reporter.send(hidden(summary, "state"))
        pages = [reporter.get(path) for path in ("report/", FORM, "report/status/")]
        for page in (*pages, summary, sent, reporter.open(receipt_on(sent))):
            assert not page.cookies
            assert page["Cache-Control"] == "no-store"
        for page in (pages[1], summary, sent):
            assert page["Referrer-Policy"] == "same-origin"

    def test_the_words_of_a_child(self) -> None:
        page = html(Reporter("en").get("report/?about=me"))
        assert 'href="/en/report/csam/?about=me"' in page
        page = html(Reporter("en").get("report/other/?about=me"))
        assert "What happened?" in page
        assert 'action="/en/report/other/?about=me"' in page
        summary = Reporter("en").post("report/other/?about=me", {**GOOD, "about_me": "on"})
        changed = Reporter("en").send(hidden(summary, "state"), edit="")
        assert "What happened?" in html(changed)
        sent = Reporter("en").send(hidden(summary, "state"))
        assert "Write it down and keep it where only you can find it." in html(sent)
        assert Report.objects.get().about_me


class TestOrigin:
    """The rules are tested in their modules; this test covers every address."""

    @pytest.mark.parametrize("path", ["report/csam/", FORM, "report/sent/", "report/case/"])
    @pytest.mark.parametrize(
        "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.invalid"}, {"Origin": "null"}]
    )
    def test_foreign(self, path: str, headers: dict[str, str]) -> None:
        foreign = Reporter(**headers)
        token = hidden(Reporter().get(FORM), "form_token")
        assert foreign.post(path, {**GOOD, "form_token": token}).status_code == 403
        assert nothing_written()

    @pytest.mark.parametrize("path", ["report/csam/", FORM, "report/sent/", "report/case/"])
    def test_neither_header_nor_token(self, path: str) -> None:
        assert Client(enforce_csrf_checks=True).post(f"/sr/{path}", GOOD).status_code == 403

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
                assert "This page was open for more than two hours." in html(again)
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
            ({"addresses": "https://example.org/ " * 500_000}, "addresses"),
            ({"addresses": "\n".join(f"https://example.org/{number}" for number in range(5000))}, "addresses"),
            ({"addresses": " ".join(f"x.rs/{number}" for number in range(2000))}, "addresses"),
            ({"what": "a\x00b"}, "what"),
            ({"contact": "osoba@example"}, "contact"),
            ({"images": SimpleUploadedFile("a.png", b"fake", "image/png")}, "images"),
            ({"images": picture(size=(6000, 5001), mode="1")}, "images"),
            ({"images": picture(kind="JPEG", declared="image/png")}, "images"),
            ({"consent": ""}, "consent"),
        ],
        ids=["10 MB", "5000 addresses", "2000 addresses", "NUL", "contact", "fake", "bomb", "type", "consent"],
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

    def test_evidence_keeps_its_script(self) -> None:
        summary = html(Reporter("sr-latn").summary(what="Ђак", app="other", handle="Љубав", addresses="пример.срб/ђак"))
        for typed in ("Ђак", "Љубав"):
            assert typed in summary
        changed = html(Reporter("sr-latn").send(Reporter("sr-latn").state(what="Ђак"), edit=""))
        assert "Ђак" in changed

    def test_addresses_that_cannot_be_read_are_pointed_out(self) -> None:
        page = html(Reporter("en").summary(addresses="example.org/a и broken..org/x"))
        assert "Please check these addresses" in page
        assert "<li>broken..org/x</li>" in page

    def test_too_large_a_form(self, reporter: Reporter) -> None:
        assert reporter.summary(what="a" * 13_000_000).status_code == 413
        assert nothing_written()


class TestChanging:
    def test_everything_is_filled_in_again(self, reporter: Reporter) -> None:
        state = reporter.state(
            addresses="example.org/ж",
            app="game",
            handle="@primer",
            what="прете",
            when_seen="earlier",
            details="још",
            danger_now="on",
            about_me="on",
            contact="a@example.org",
            wants_answer="on",
            images=[picture("Снимак.png")],
        )
        changed = reporter.send(state, edit="")
        page = html(changed)
        assert changed.status_code == 200
        for name in ("danger_now", "about_me", "wants_answer", "consent"):
            assert re.search(rf'name="{name}"[^>]*checked', page), name
        assert re.search(r'value="earlier"[^>]*checked', page)
        assert '<option value="game" selected>' in page
        for typed in (
            "example.org/ж</textarea>",
            "прете</textarea>",
            "још</textarea>",
            'value="a@example.org"',
            "Снимак.png",
        ):
            assert typed in page
        assert not Report.objects.exists()
        again = reporter.summary(sealed_pictures=hidden(changed, "sealed_pictures"))
        assert "Снимак.png" in html(again)
        assert receipt_on(reporter.send(hidden(again, "state")))
        assert Report.objects.get().uploads.count() == 1

    def test_a_new_summary_draws_a_new_receipt(self, reporter: Reporter) -> None:
        codes = {receipt_on(reporter.send(reporter.state())) for _ in range(3)}
        assert len(codes) == 3
