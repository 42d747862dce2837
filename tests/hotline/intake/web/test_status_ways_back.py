"""Nothing typed is lost on the status page."""


import pytest

from hotline.intake.web.status_views import WRONG_RECEIPTS
from tests.factories.hotline import ReportFactory
from tests.hotline.intake.journey import (
    LANGUAGES,
    Reporter,
    Walker,
    answer_of,
    errors_on,
    hidden,
    html,
    nothing_written,
)

pytestmark = pytest.mark.django_db

UNSENT = "недовршено"


class TestTheStatusPage:
    CODES = ("", "7k3m Q9TZ", "0000-0000-0000-0000")

    @pytest.mark.parametrize("about", ["", "?about=me"])
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("code", CODES)
    @pytest.mark.parametrize("is_wrong", [False, True], ids=["at once", "after a wrong code"])
    def test_languages_and_wordings(self, code: str, language: str, about: str, *, is_wrong: bool) -> None:
        walking, typed = Walker(), {"receipt": code, "text": UNSENT}
        walking.start(f"/{language}/report/status/{about}")
        if is_wrong:
            walking.press("", **typed)
            assert (walking.page.status_code, list(errors_on(walking.page))) == (422, ["receipt"])
        for other in (*LANGUAGES, language):
            walking.press("show", LANGUAGES.index(other), **typed)
            assert walking.path == f"/{other}/report/case/{about}"
            assert (walking.page.status_code, errors_on(walking.page)) == (200, {})
            assert {name: walking.fields()[name] for name in typed} == typed
        # The last of these buttons changes the wording.
        walking.press("show", -1)
        assert walking.path == f"/{language}/report/case/{'' if about else '?about=me'}"
        assert {name: walking.fields()[name] for name in typed} == typed
        assert nothing_written()

    def test_the_task_after_wrong_codes_stays(self) -> None:
        walking = Walker()
        walking.start("/en/report/status/")
        for _ in range(WRONG_RECEIPTS + 1):
            walking.press("", receipt="0" * 16)
        for language in ("sr", "en"):
            walking.to(language)
            assert "challenge_question" in html(walking.page)
        report = ReportFactory()
        walking.press("", receipt=report.receipt, **answer_of(walking.page))
        assert hidden(walking.page, "case")

    def test_the_enter_key_opens_the_report(self) -> None:
        walking = Walker()
        walking.start("/en/report/status/?about=me")
        walking.press("", receipt=ReportFactory().receipt)
        assert (walking.path, walking.page.status_code) == ("/en/report/case/?about=me", 200)
        assert hidden(walking.page, "case")

    @pytest.mark.parametrize("about", ["", "?about=me"])
    def test_the_address_of_a_case_leads_to_it_in_the_same_wording(self, about: str) -> None:
        page = Reporter("en").get(f"report/case/{about}")
        assert (page.status_code, page["Location"]) == (303, f"/en/report/status/{about}")
