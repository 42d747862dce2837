"""Entering reports received by telephone, by letter or in person."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from clicksafely.common.crypto import receipts, sealing
from clicksafely.common.models import AuditEvent
from hotline.intake.manual.form_texts import SPELLING, spell_out
from hotline.intake.manual.services import FormAlreadyUsed, enter_report
from hotline.intake.web.report_draft import ReportDraft
from hotline.models import Channel, Report, SealedText
from hotline.triage.services import triage_report
from tests.clients.staff import Person, code_of, enter, give_device, signed_in
from tests.hotline.intake.journey import Reporter, receipt_on
from tests.hotline.review.conftest import make_user

NOW = datetime(2026, 3, 2, 10, 40, tzinfo=UTC)
ADDRESS = "/admin/hotline/enter/"
MARKER = "marker-words-57c1"
GOOD = {
    "channel": "telephone",
    "received_on_0": "1. 3. 2026.",
    "received_on_1": "21:30",
    "language": "sr-latn",
    "category": "cyberbullying",
    "addresses": "види hxxps://primer[.]example.org/a",
    "what": f"Прете другу из разреда. {MARKER}",
    "contact": "ana@example.org",
    "wants_answer": "on",
}


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def english(person: Person) -> Person:
    person.client.post("/admin/language/", {"language": "en", "next": "/admin/"})
    return person


@pytest.fixture
def ana(db: None) -> Person:
    return english(signed_in("ana", "analyst"))


def html(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def state_of(page: str) -> str:
    found = re.search(r'name="state" value="([^"]+)"', page)
    assert found
    return found[1]


def new_form(person: Person) -> str:
    return state_of(html(person.client.get(ADDRESS)))


def send(person: Person, state: str, **fields: Any) -> HttpResponse:
    form = {name: value for name, value in {**GOOD, **fields}.items() if value}
    return person.client.post(ADDRESS, {**form, "state": state})


def errors(page: str) -> dict[str, str]:
    found = re.findall(r'<div class="errorlist" id="id_(\w+)_error">(.*?)</div>', page, re.DOTALL)
    return {name: " ".join(re.sub(r"<[^>]+>", " ", text).split()) for name, text in found}


def plaintext_of(report: Report, field: str) -> dict[str, Any]:
    text = SealedText.objects.get(report=report, field=field)
    plain = sealing.open_sealed(text.sealed, ring="hotline", table="hotline_sealedtext", field=field, row=text.uuid)
    return json.loads(plain)


@pytest.mark.django_db
class TestEntering:
    @pytest.mark.parametrize("channel", ["telephone", "letter"])
    def test_it_is_stored_and_triaged_like_other_reports(self, channel: str, ana: Person) -> None:
        page = send(
            ana, new_form(ana), channel=channel, app="viber", handle="@grupa", danger_now="on", when_seen="today"
        )
        assert page.status_code == 200
        report = Report.objects.get()
        assert (report.channel, report.category, report.language) == (channel, "cyberbullying", "sr-latn")
        assert (report.state, report.danger_now, report.about_me) == ("received", True, False)
        # Half past nine in the evening in Belgrade, by the hour.
        assert report.received_at == datetime(2026, 3, 1, 20, tzinfo=UTC)
        assert report.locations == [
            {"kind": "url", "canonical": "https://primer.example.org/a"},
            {"kind": "app", "canonical": "app:viber/grupa"},
        ]
        words = plaintext_of(report, "words")
        assert (words["what"], words["when_seen"], words["app"]) == (GOOD["what"], "Today", "Viber")
        assert plaintext_of(report, "contact") == {"contact": "ana@example.org", "wants_answer": True}
        events = list(AuditEvent.objects.filter(subject_id=report.pk).order_by("id"))
        assert [(event.action, event.actor_id, event.at) for event in events] == [
            ("report.received", ana.user.pk, report.received_at),
            ("report.entered", ana.user.pk, NOW),
        ]
        assert triage_report(report_id=report.pk, now=NOW)
        assert f"/admin/hotline/case/{report.pk}/" in html(page)

    def test_the_receipt_opens_it_and_is_nowhere_else(self, ana: Person) -> None:
        page = send(ana, new_form(ana))
        receipt = receipt_on(page)
        assert "no-store" in page["Cache-Control"]
        assert Reporter("sr").open(receipts.format_receipt(receipt)).status_code == 200
        report = Report.objects.get()
        again = html(ana.client.get(f"/admin/hotline/case/{report.pk}/")) + html(ana.client.get(ADDRESS))
        assert (receipt in again, receipts.format_receipt(receipt) in again) == (False, False)
        stored = str(list(Report.objects.values())) + str(list(AuditEvent.objects.values())) + _sessions()
        assert (receipt in stored, receipts.format_receipt(receipt) in stored, MARKER in stored) == (
            False,
            False,
            False,
        )

    def test_the_next_caller_in_the_same_form_is_not_lost(self, ana: Person) -> None:
        state = new_form(ana)
        first = receipt_on(send(ana, state))
        page = send(ana, state, what="Сасвим друга пријава.")
        assert page.status_code == 422
        assert Report.objects.get().reference in html(page)
        assert "Сасвим друга пријава.</textarea>" in html(page)
        assert "receipt" not in re.findall(r'class="([^"]*)"', html(page))
        second = receipt_on(send(ana, state_of(html(page)), what="Сасвим друга пријава."))
        assert (first != second, Report.objects.count()) == (True, 2)

    def test_an_expired_form_keeps_its_input(self, ana: Person) -> None:
        state = new_form(ana)
        with time_machine.travel(NOW + timedelta(hours=3), tick=False):
            page = send(ana, state)
            assert (page.status_code, Report.objects.count()) == (422, 0)
            assert MARKER in html(page)
            assert send(ana, state_of(html(page))).status_code == 200
        assert Report.objects.count() == 1

    def test_an_old_form_that_was_sent_is_not_sent_again_nor_its_receipt_shown(self, ana: Person) -> None:
        state = new_form(ana)
        receipt = receipt_on(send(ana, state))
        with time_machine.travel(NOW + timedelta(hours=3), tick=False):
            page = send(ana, state)
        assert (page.status_code, Report.objects.count()) == (410, 1)
        assert (Report.objects.get().reference in html(page), receipt in html(page)) == (True, False)

    @pytest.mark.parametrize("state", ["", "A" * 2000, "ж"])
    def test_a_form_that_is_none_of_ours(self, state: str, ana: Person) -> None:
        page = send(ana, state)
        assert (page.status_code, MARKER in html(page), Report.objects.count()) == (422, True, 0)
        assert send(ana, state_of(html(page))).status_code == 200

    def test_words_or_an_app_alone_are_enough(self, ana: Person) -> None:
        nothing = {"addresses": "", "what": "", "category": "csam"}
        for fields in ({"what": MARKER}, {"app": "viber"}):
            page = send(ana, new_form(ana), **{**nothing, **fields})
            assert page.status_code == 200
            assert "No address was given" in html(page)
        assert list(Report.objects.values_list("category", "locations")) == [("csam", [])] * 2


@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.parametrize(
        ("fields", "field", "error"),
        [
            ({"channel": "web"}, "channel", "valid choice"),
            ({"category": ""}, "category", "required"),
            ({"language": "de"}, "language", "valid choice"),
            ({"received_on_0": "", "received_on_1": ""}, "received_on", "required"),
            ({"received_on_1": ""}, "received_on", "Enter the time"),
            ({"received_on_0": "2026-03-02", "received_on_1": "12:00"}, "received_on", "future"),
            ({"received_on_0": "30. 11. 2025.", "received_on_1": "12"}, "received_on", "90 days"),
            ({"received_on_0": "2026-02-30"}, "received_on", "no such date"),
            ({"contact": "", "wants_answer": "on"}, "contact", ""),
            ({"what": "a\x00b"}, "what", ""),
        ],
    )
    def test_an_error_is_shown_at_its_field_and_input_stays(
        self, fields: dict[str, str], field: str, error: str, ana: Person
    ) -> None:
        state = new_form(ana)
        page = send(ana, state, **fields)
        assert (page.status_code, Report.objects.count()) == (422, 0)
        assert error in errors(html(page))[field]
        assert list(errors(html(page))) == [field]
        assert f'href="#id_{field}' in html(page)
        values = {**GOOD, **fields}
        for name in ("what", "addresses"):
            if "\x00" not in values[name]:
                assert f"{values[name]}</textarea>" in html(page)
        assert state_of(html(page)) == state

    @pytest.mark.parametrize("day", ["2026-03-29", "2025-10-26"])
    def test_an_hour_that_does_not_exist_or_exists_twice(self, day: str, ana: Person) -> None:
        with time_machine.travel(datetime.fromisoformat(f"{day}T02:30:00+00:00") + timedelta(days=1), tick=False):
            page = send(english(signed_in("eva", "analyst")), "", received_on_0=day, received_on_1="02:30")
        assert page.status_code == 422
        assert list(errors(html(page))) == ["received_on"]


@pytest.mark.django_db
class TestAnEndedSession:
    """A form that was open for hours keeps its entries."""

    def sign_in_again(self, person: Person, device: Any) -> HttpResponse:
        assert enter(person.client, person.user.username, code_of(device)) == 302
        return person.client.get(ADDRESS)

    def test_input_is_restored_after_sign_in(self) -> None:
        ana = english(signed_in("ana", "analyst"))
        state = new_form(ana)
        Session.objects.all().delete()
        answer = send(ana, state)
        assert (answer.status_code, answer["Location"]) == (302, f"/admin/login/?next={ADDRESS}")
        assert (MARKER in _sessions(), Report.objects.count()) == (False, 0)
        page = self.sign_in_again(ana, give_device(ana.user))
        assert MARKER in html(page)
        assert re.findall(r'name="(\w+)" value="[\w-]+"[^>]* checked', html(page)) == [
            "channel",
            "category",
            "wants_answer",
        ]
        assert all(f'value="{GOOD[f"received_on_{part}"]}"' in html(page) for part in (0, 1))
        assert state_of(html(page)) == state
        assert MARKER not in html(ana.client.get(ADDRESS))
        assert send(ana, state).status_code == 200
        assert plaintext_of(Report.objects.get(), "words")["what"] == GOOD["what"]

    def test_post_without_valid_state_is_not_stored(self) -> None:
        answer = Client().post(ADDRESS, {**GOOD, "state": "x"})
        assert (answer.status_code, answer["Location"]) == (302, f"/admin/login/?next={ADDRESS}")
        assert Session.objects.count() == 0

    def test_large_input_is_not_stored(self) -> None:
        ana = english(signed_in("ana", "analyst"))
        state = new_form(ana)
        Session.objects.all().delete()
        assert send(ana, state, what="ж" * 200_000).status_code == 302
        assert Session.objects.count() == 0

    def test_undecryptable_draft_gives_an_empty_form(self, caplog: pytest.LogCaptureFixture) -> None:
        ana = english(signed_in("ana", "analyst"))
        state = new_form(ana)
        Session.objects.all().delete()
        send(ana, state)
        session = ana.client.session
        session["report_by_hand"] = [session["report_by_hand"][0], "AAAA"]
        session.save()
        page = self.sign_in_again(ana, give_device(ana.user))
        assert (page.status_code, MARKER in html(page)) == (200, False)
        assert "cannot be decrypted" in caplog.text


@pytest.mark.django_db
class TestThePageOfTheReceipt:
    def test_every_letter_has_a_spelling_word(self) -> None:
        assert set(SPELLING) == {letter for letter in receipts.ALPHABET if letter.isalpha()}
        assert [(character, str(word)) for character, word in spell_out("A7Z0")][1::2] == [("7", ""), ("0", "")]

    def test_unreadable_addresses_are_shown_before_saving(self, ana: Person) -> None:
        page = html(send(ana, new_form(ana), addresses="tg://x/y https://a.test/", what="и www.primer.example.org/b"))
        assert ("<li>tg://x/y</li>" in page, "<li>https://www.primer.example.org/b</li>" in page) == (True, True)


@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_at_once_make_one_report(db: None) -> None:
    actor = make_user("clerk", "analyst")
    token = "QUJD" * 40
    draft = ReportDraft(category="other", language="sr", receipt=receipts.generate_code(), what="Једна пријава.")

    def click(_number: int) -> int:
        try:
            return enter_report(
                draft=draft, channel=Channel.LETTER, received_on=NOW, token=token, actor=actor, now=NOW
            ).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        report_ids = set(pool.map(click, range(20)))
    assert report_ids == {Report.objects.get().pk}
    assert AuditEvent.objects.filter(action="report.entered").count() == 1
    other = ReportDraft(category="other", language="sr", receipt=draft.receipt, what="Друга.")
    with pytest.raises(FormAlreadyUsed):
        enter_report(draft=other, channel=Channel.LETTER, received_on=NOW, token=token, actor=actor, now=NOW)
    assert Report.objects.count() == 1


def _sessions() -> str:
    return " ".join(str(session.get_decoded()) for session in Session.objects.all())
