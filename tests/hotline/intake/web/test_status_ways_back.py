"""Nothing typed is lost on the status page and in the dialogue of an open case."""

from typing import Any

import pytest

from hotline.models import Message
from tests.factories.hotline import RECEIVED, ReportFactory
from tests.hotline.intake.journey import (
    LANGUAGES,
    Reporter,
    Walker,
    check_links,
    errors_on,
    html,
    nothing_written,
    picture,
)

pytestmark = pytest.mark.django_db

UNSENT = "недовршено"


class TestTheStatusPage:
    @pytest.mark.parametrize(
        ("code", "language", "about", "is_wrong"),
        [
            ("7k3m Q9TZ", "sr", "", True),
            ("7k3m Q9TZ", "en", "?about=me", False),
            ("0000-0000-0000-0000", "sr-latn", "?about=me", True),
        ],
    )
    def test_languages_and_wordings(self, code: str, language: str, about: str, *, is_wrong: bool) -> None:
        walking, typed = Walker(), {"receipt": code, "text": UNSENT}
        walking.start(f"/{language}/report/status/{about}")
        if is_wrong:
            walking.press("", **typed)
            assert (walking.page.status_code, list(errors_on(walking.page))) == (422, ["receipt"])
        other = LANGUAGES[LANGUAGES.index(language) - 1]
        walking.press("show", LANGUAGES.index(other), **typed)
        assert walking.path == f"/{other}/report/case/{about}"
        assert (walking.page.status_code, errors_on(walking.page)) == (200, {})
        assert {name: walking.fields()[name] for name in typed} == typed
        # The last of these buttons changes the wording.
        walking.press("show", -1)
        assert walking.path == f"/{other}/report/case/{'' if about else '?about=me'}"
        assert {name: walking.fields()[name] for name in typed} == typed
        assert nothing_written()

    @pytest.mark.parametrize("about", ["", "?about=me"])
    def test_the_address_of_a_case_leads_to_it_in_the_same_wording(self, about: str) -> None:
        page = Reporter("en").get(f"report/case/{about}")
        assert (page.status_code, page["Location"]) == (303, f"/en/report/status/{about}")


class TestTheDialogue:
    def open_case(self, path: str = "/en/report/status/", **columns: Any) -> Walker:
        """An open case with a contact."""
        walking = Walker()
        walking.start(path)
        walking.press("", receipt=ReportFactory(contact="ana@example.org", **columns).receipt)
        return walking

    @pytest.mark.parametrize(
        ("act", "contact", "status"),
        [("contact", "eva@example.org", 200), ("contact", "eva@", 422), ("withdraw", "", 200)],
    )
    def test_the_buttons_of_the_contact_keep_the_message(self, act: str, contact: str, status: int) -> None:
        walking = self.open_case()
        walking.act("refresh", text=UNSENT, images=[picture("prva.png")])
        walking.act(act, contact=contact, images=[picture("druga.png")])
        assert (walking.page.status_code, walking.fields()["text"]) == (status, UNSENT)
        assert [name in html(walking.page) for name in ("prva.png", "druga.png")] == [True, True]
        walking.act("message")
        assert Message.objects.get().uploads.count() == 2

    def test_the_enter_key_saves_the_contact_and_sends_nothing(self) -> None:
        walking = self.open_case()
        walking.press("", contact="eva@example.org", text=UNSENT)
        assert (walking.page.status_code, errors_on(walking.page)) == (200, {})
        assert (walking.fields()["contact"], walking.fields()["text"]) == ("", UNSENT)
        assert not Message.objects.exists()

    def test_an_unsaved_contact_stays(self) -> None:
        walking = self.open_case()
        walking.act("message", contact="eva@", text=UNSENT)
        assert walking.fields()["contact"] == "eva@"
        assert 'class="contact-change" open' in html(walking.page)

    @pytest.mark.parametrize(
        ("language", "other", "about"), [("sr", "en", ""), ("sr-latn", "sr", "?about=me"), ("en", "sr-latn", "")]
    )
    def test_languages(self, language: str, other: str, about: str) -> None:
        walking = self.open_case(f"/{language}/report/status/{about}")
        walking.act("refresh", text=UNSENT, contact="eva@", images=[picture("prva.png")])
        walking.to(other)
        assert (walking.path, walking.page.status_code) == (f"/{other}/report/case/{about}", 200)
        assert (walking.fields()["text"], walking.fields()["contact"]) == (UNSENT, "eva@")
        assert "prva.png" in html(walking.page)

    @pytest.mark.parametrize(
        ("language", "about", "columns"),
        [
            ("sr", "", {"state": "spam", "closed_at": RECEIVED}),
            ("sr-latn", "", {}),
            ("en", "?about=me", {}),
        ],
    )
    def test_no_link_leaves_it(self, language: str, about: str, columns: dict[str, Any]) -> None:
        page = self.open_case(f"/{language}/report/status/{about}", **columns).page
        assert f'href="/{language}/hotline/complaint/" target="_blank"' in html(page)
        check_links(page, language)
