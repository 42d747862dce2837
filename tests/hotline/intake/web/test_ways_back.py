"""Nothing typed is lost on the way through the report form, and nothing is shown again after it has ended."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings

from clicksafely.common.http import limits
from hotline.categories import CATEGORIES
from hotline.intake.web.draft_ids import DAY, Ending, end_draft, ending_of, is_draft_id, new_draft_id
from hotline.models import Report, Upload
from tests.clients.page_reader import PageReader
from tests.factories.hotline import ReportFactory
from tests.hotline.intake.journey import (
    LANGUAGES,
    Reporter,
    Walker,
    check_links,
    errors_on,
    hidden,
    html,
    nothing_written,
    picture,
    receipt_on,
)

pytestmark = pytest.mark.django_db

# Both scripts, line breaks, markup, and input that the form would refuse.
TYPED = {
    "addresses": "primer.example.org/а\r\nhxxps://forum[.]example.org/б?x=1&y=2",
    "app": "discord",
    "handle": '@"primer" <ђ>',
    "what": "Прете ми.\r\n\r\n  <b>Jednom</b> & опет",
    "when_seen": "this-week",
    "details": "још нешто",
    "danger_now": "on",
    "about_me": "on",
    "contact": "ana@example",
    "wants_answer": "on",
    "consent": "on",
}
VALID = TYPED | {"contact": "ana@example.org"}
PICTURE_CODE = f"{'3f' * 32}:{'a0' * 32}:97"


def typed_on(walking: Walker) -> dict[str, Any]:
    """The fields of TYPED on the page; text with the line breaks that a browser posts."""
    return {name: re.sub(r"\r?\n", "\r\n", value) for name, value in walking.fields().items() if name in TYPED}


def walker(path: str = "/en/report/other/", **typed: Any) -> Walker:
    """A reporter who has typed and pressed nothing yet."""
    walking = Walker()
    walking.start(path)
    walking.press("show", LANGUAGES.index(path[1:].partition("/")[0]), **typed or TYPED)
    return walking


def first_submit_button(walking: Walker) -> dict[str, Any]:
    elements = PageReader(html(walking.page)).elements
    return next(attributes for _tag, attributes in elements if attributes.get("type") == "submit")


class TestTheForm:
    @pytest.mark.parametrize(
        ("category", "about", "language", "other"),
        [
            ("other", "", "sr", "sr-latn"),
            ("csam", "?about=me", "sr", "en"),
            ("csam", "", "sr-latn", "sr"),
            ("cyberbullying", "?about=me", "en", "sr-latn"),
        ],
    )
    def test_languages_scripts_and_wordings(self, category: str, about: str, language: str, other: str) -> None:
        walking = walker(f"/{language}/report/{category}/{about}")
        walking.to(other)
        assert walking.path == f"/{other}/report/{category}/{about}"
        assert (walking.page.status_code, typed_on(walking), errors_on(walking.page)) == (200, TYPED, {})
        # The last of these buttons changes the wording.
        walking.press("show", -1)
        assert walking.path == f"/{other}/report/{category}/{'' if about else '?about=me'}"
        assert (walking.page.status_code, typed_on(walking), errors_on(walking.page)) == (200, TYPED, {})
        assert nothing_written()

    @pytest.mark.parametrize(("language", "about"), [("sr", ""), ("sr-latn", "?about=me")])
    def test_another_category_and_help(self, language: str, about: str) -> None:
        walking = walker(f"/{language}/report/other/{about}")
        walking.press("choose")
        walking.to("en", "choose")
        assert {name: walking.fields()[name] for name in TYPED} == TYPED
        walking.press("help")
        walking.to(language, "help")
        assert 'href="tel:19833"' in html(walking.page)
        walking.press("show")
        assert (walking.path, typed_on(walking)) == (f"/{language}/report/other/{about}", TYPED)
        walking.press("choose")
        walking.press("show", list(CATEGORIES).index("hate-speech"))
        assert (walking.path, typed_on(walking)) == (f"/{language}/report/hate-speech/{about}", TYPED)

    def test_a_chosen_picture_stays(self) -> None:
        walking = walker(**VALID, images=[picture("prva.png")])
        assert walking.page.status_code == 200
        for name in ("show", "help", "show", "choose", "show"):
            walking.press(name, images=[picture(f"{name}.png")] if name == "help" else [])
        page = html(walking.page)
        assert page.count("prva.png") == page.count("help.png") == 1
        assert Upload.objects.count() == 2
        walking.press("")
        walking.press("send")
        assert receipt_on(walking.page)
        assert Report.objects.get().uploads.count() == 2

    def test_a_refused_picture_is_named_before_another_page_opens(self) -> None:
        walking = walker()
        walking.press("help", images=[picture("slika.jpg", kind="JPEG", declared="image/png")])
        assert (walking.page.status_code, list(errors_on(walking.page)), typed_on(walking)) == (422, ["images"], TYPED)

    def test_pictures_are_never_sent_with_csam(self) -> None:
        walking = walker(**VALID, images=[picture("prva.png")])
        walking.press("choose")
        walking.press("show", list(CATEGORIES).index("csam"))
        assert "prva.png" not in html(walking.page)
        walking.press("")
        assert walking.page.status_code == 200
        assert "prva.png" not in html(walking.page)
        walking.press("send")
        assert receipt_on(walking.page)
        assert not Report.objects.get().uploads.exists()

    def test_the_enter_key_presses_the_main_button(self) -> None:
        walking = walker(**VALID)
        first = first_submit_button(walking)
        assert (first["form"], first.get("name"), first.get("formaction")) == ("step", None, None)
        walking.press("")
        first = first_submit_button(walking)
        assert (first["form"], first["name"]) == ("step", "send")


class TestTheSummary:
    @pytest.mark.parametrize(
        ("language", "other", "about"), [("sr", "en", ""), ("sr-latn", "sr", "?about=me"), ("en", "sr-latn", "")]
    )
    def test_languages_help_and_changing(self, language: str, other: str, about: str) -> None:
        walking = walker(f"/{language}/report/other/{about}", **VALID)
        walking.press("")
        state = hidden(walking.page, "state")
        walking.to(other)
        assert (walking.page.status_code, walking.path) == (200, f"/{other}/report/sent/")
        assert hidden(walking.page, "state") == state
        walking.press("help")
        walking.to(language, "help")
        walking.press("show")
        assert hidden(walking.page, "state") == state
        walking.press("edit")
        assert (walking.page.status_code, typed_on(walking)) == (200, VALID)
        assert f'action="/{language}/report/other/{about}"' in html(walking.page)

    def test_the_receipt_in_another_language(self) -> None:
        walking = walker("/en/report/other/", **VALID)
        walking.press("")
        walking.press("send")
        receipt = receipt_on(walking.page)
        walking.press("qr")
        walking.to("sr-latn", "qr")
        assert receipt_on(walking.page) == receipt
        assert '<html lang="sr-Latn"' in html(walking.page)
        assert Report.objects.count() == 1


class TestAnExpiredStep:
    @pytest.mark.parametrize(
        ("button", "language", "about"),
        [("send", "sr", ""), ("edit", "en", ""), ("show", "sr-latn", "?about=me"), ("help", "sr", "?about=me")],
    )
    def test_a_summary_of_two_hours_keeps_the_text(self, button: str, language: str, about: str) -> None:
        with time_machine.travel("2026-03-02T10:00:00Z", tick=False) as clock:
            walking = walker(f"/{language}/report/csam/{about}", **VALID)
            walking.press("")
            clock.shift(2 * 3600 + 1)
            walking.press(button, LANGUAGES.index(language) if button == "show" else 0)
            assert walking.path.startswith(f"/{language}/")
            assert (walking.page.status_code, typed_on(walking)) == (422, VALID)
            walking.to("en")
            assert walking.path == f"/en/report/csam/{about}"
            assert (walking.page.status_code, typed_on(walking)) == (200, VALID)
            walking.press("")
            walking.press("send")
            assert receipt_on(walking.page)

    def test_pictures_that_were_erased_meanwhile_are_named(self) -> None:
        with time_machine.travel("2026-03-02T10:00:00Z", tick=False) as clock:
            walking = walker(**VALID, images=[picture()])
            walking.press("")
            clock.shift(2 * 3600 + 1)
            walking.press("send")
            assert (list(errors_on(walking.page)), typed_on(walking)) == (["images"], VALID)
            walking.to("sr")
            assert (walking.path, walking.page.status_code, typed_on(walking)) == ("/sr/report/other/", 200, VALID)

    def test_a_changed_state_keeps_the_text_if_the_fields_are_there(self) -> None:
        walking = walker(**VALID)
        walking.press("")
        walking.press("send", state="changed")
        assert (walking.page.status_code, typed_on(walking)) == (422, VALID)
        assert Reporter("en").send("changed").status_code == 400
        assert Reporter("en").send("changed", category="x", what="прете").status_code == 400

    def test_after_a_day_nothing_is_shown(self) -> None:
        with time_machine.travel("2026-03-02T10:00:00Z", tick=False) as clock:
            walking = walker(**VALID)
            clock.shift(DAY + 3600)
            walking.press("show")
        assert walking.page.status_code == 410
        assert "Прете" not in html(walking.page)


class TestAfterTheEnd:
    """A browser repeats the old requests of its history, once the person has confirmed that."""

    def leave(self, walking: Walker) -> None:
        [way_out] = [link for link in PageReader(html(walking.page)).all("a") if link.get("class") == "quick-exit"]
        assert urlsplit(way_out["href"]).path == "/en/report/leave/"
        assert walking._client().get(way_out["href"]).status_code == 303

    @pytest.mark.parametrize(
        ("steps", "button"),
        [([], ""), ([], "choose"), (["help"], "show"), ([""], "send"), ([""], "edit"), (["", "send"], "qr")],
    )
    def test_no_step_is_shown_again_after_quick_exit(self, steps: list[str], button: str) -> None:
        walking = walker(**VALID)
        for step in steps:
            walking.press(step)
        self.leave(walking)
        walking.press(button)
        assert (walking.page.status_code, walking.page["Location"]) == (303, "/en/")
        assert Report.objects.exists() == ("send" in steps)

    def test_the_summary_after_quick_exit_without_valkey(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(settings, "REDIS_URL", "redis://127.0.0.1:1/0")
        walking = walker(**VALID)
        walking.press("")
        self.leave(walking)
        walking.press("edit")
        assert (walking.page.status_code, walking.page["Location"]) == (303, "/en/")

    def test_leaving_while_the_report_is_being_sent(self) -> None:
        draft_id = new_draft_id()
        end_draft(draft_id, Ending.LEFT)
        end_draft(draft_id, Ending.SENT)
        assert ending_of(draft_id) == Ending.LEFT

    def test_a_case_and_its_code_after_quick_exit(self) -> None:
        report, reporter = ReportFactory(), Reporter("en")
        status = reporter.get("report/status/")
        code = {"receipt": report.receipt, "draft_id": hidden(status, "draft_id")}
        case = reporter.post("report/case/", code)
        wrong = reporter.post("report/case/", {**code, "receipt": "wrong"})
        assert {hidden(page, "draft_id") for page in (status, case, wrong)} == {code["draft_id"]}
        message = {"case": hidden(case, "case"), "draft_id": code["draft_id"], "act": "refresh", "text": "прете"}
        assert reporter.post("report/case/", message).status_code == 200
        reporter.get("report/leave/", data={"draft_id": code["draft_id"]})
        for fields in (code, {**code, "receipt": "wrong"}, message):
            page = reporter.post("report/case/", fields)
            assert (page.status_code, page["Location"]) == (303, "/en/")

    def test_codes_of_own_pictures(self) -> None:
        reporter, path = Reporter("en"), "report/own-picture/"
        page = reporter.get(path)
        codes = {"own_pictures": PICTURE_CODE, "draft_id": hidden(page, "draft_id")}
        assert f"draft_id={codes['draft_id']}" in html(page)
        form = reporter.post(path, codes)
        assert hidden(form, "draft_id") == codes["draft_id"]
        end_draft(codes["draft_id"], Ending.LEFT)
        again = reporter.post(path, codes)
        assert (again.status_code, again["Location"]) == (303, "/en/")

    def test_a_complaint_after_quick_exit(self) -> None:
        reporter = Reporter("en")
        form = reporter.get("hotline/complaint/")
        typed = {name: hidden(form, name) for name in ("draft", "draft_id")} | {"text": "прете", "act": "send"}
        assert hidden(reporter.post("hotline/complaint/", typed), "draft_id") == typed["draft_id"]
        reporter.get("report/leave/", data={"draft_id": typed["draft_id"]})
        assert reporter.post("hotline/complaint/", typed).status_code == 303

    def test_after_the_receipt(self) -> None:
        walking = walker(**VALID)
        form = walking.page
        walking.press("")
        summary = walking.page
        walking.press("send")
        receipt = receipt_on(walking.page)
        for page, button in ((form, ""), (form, "help"), (summary, "edit"), (summary, "show")):
            walking.page = page
            walking.press(button)
            assert (walking.page.status_code, walking.page["Location"]) == (303, "/en/report/status/")
        # The response with the receipt may have been lost.
        walking.page = summary
        walking.press("send")
        assert receipt_on(walking.page) == receipt
        assert Report.objects.count() == 1

    @pytest.mark.parametrize("draft_id", ["", "1 OR 1", "a" * 10_000, "\x00"])
    def test_ids_that_are_not_ours(self, draft_id: str) -> None:
        reporter = Reporter("en")
        assert reporter.get("report/leave/", data={"draft_id": draft_id}).status_code == 303
        assert is_draft_id(hidden(reporter.summary(draft_id=draft_id), "draft_id"))

    def test_one_network_cannot_store_any_number_of_ends(self) -> None:
        reporter = Reporter("en")
        drafts = [new_draft_id() for _ in range(limits.EXITS.limit + 1)]
        for draft in drafts:
            assert reporter.get("report/leave/", data={"draft_id": draft}).status_code == 303
        assert reporter.summary(draft_id=drafts[0]).status_code == 303
        assert reporter.summary(draft_id=drafts[-1]).status_code == 200


class TestLinks:
    @pytest.mark.parametrize(("language", "about"), [("sr", "?about=me"), ("en", "")])
    def test_no_link_of_a_step_leaves_it(self, language: str, about: str) -> None:
        walking = Walker()
        walking.start(f"/{language}/report/csam/{about}")
        pages = [walking.page]
        for name in ("help", "show", "choose", "show", ""):
            walking.press(name, **(VALID if name == "help" else {}))
            pages.append(walking.page)
        for page in pages:
            assert page.status_code == 200
            check_links(page, language)
