"""Member authentication over HTTP: joining, sessions, leaving, cookies, and error messages."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from tests.youthpanel.member_auth.conftest import JOIN, ME, OWN, make_consenting
from youthpanel.member_auth import services
from youthpanel.member_auth.sessions import MAX_WRONG_CODES
from youthpanel.members.consents import withdraw_consent
from youthpanel.models import Cohort, InvitationCode, Member, MemberSession

pytestmark = pytest.mark.django_db
Enter = Callable[[Member], Client]
CodeOf = Callable[..., str]


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True, headers=OWN)


def test_in_with_the_code_and_out_again(client: Client, member: Member, code_of: CodeOf) -> None:
    answer = client.post(JOIN, {"code": code_of(member).lower()})
    assert (answer.status_code, answer["Location"]) == (303, ME)
    page = client.get(ME)
    assert page.status_code == 200
    assert "Храбри јеж" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert "Ана" not in page.content.decode()
    out = client.post("/sr/youth-panel/leave/")
    assert out["Location"] == f"{JOIN}?out=1"
    assert not MemberSession.objects.exists()
    assert client.get(ME)["Location"] == JOIN


def test_the_session_holds_in_every_language(enter: Enter, member: Member) -> None:
    client = enter(member)
    for language in ("sr", "sr-latn", "en"):
        page = client.get(f"/{language}/youth-panel/me/")
        assert page.status_code == 200
        # Pseudonyms are not transliterated.
        assert "Храбри јеж" in page.content.decode()


@pytest.mark.parametrize("https", [False, True])
def test_the_cookie_goes_nowhere_else(client: Client, member: Member, code_of: CodeOf, https: bool) -> None:
    with override_settings(SECURE_HTTPS=https):
        answer = client.post(JOIN, {"code": code_of(member)}, secure=https)
    assert len(answer.cookies) == 3
    for name, cookie in answer.cookies.items():
        language = name.removeprefix("__Secure-").removeprefix("panel-")
        assert name.startswith("__Secure-") == https
        assert cookie["path"] == f"/{language}/youth-panel/"
        assert (cookie["httponly"], cookie["samesite"], bool(cookie["secure"])) == (True, "Strict", https)
        assert not cookie["max-age"]
        assert not cookie["expires"]
        assert len(cookie.value) >= 43


def test_nothing_but_coming_in_sets_a_cookie(client: Client, member: Member) -> None:
    client.get(JOIN)
    client.post(JOIN, {"code": "7K3M-Q9TZ-V4HD-2XNB"})
    client.get(ME)
    assert not client.cookies


def test_the_key_is_new_at_every_coming_in(enter: Enter, member: Member, code_of: CodeOf) -> None:
    client = Client(enforce_csrf_checks=True, headers=OWN)
    client.cookies["panel-sr"] = "chosen-by-somebody-else"
    client.post(JOIN, {"code": code_of(member)})
    first = client.cookies["panel-sr"].value
    assert first != "chosen-by-somebody-else"
    client.post(JOIN, {"code": code_of(member)})
    assert client.cookies["panel-sr"].value != first
    assert MemberSession.objects.count() == 1


def test_another_member_in_the_same_browser(cohort: Cohort, enter: Enter, member: Member, code_of: CodeOf) -> None:
    client, other = enter(member), make_consenting(cohort)
    client.post(JOIN, {"code": code_of(other)})
    assert other.pseudonym in client.get(ME).content.decode()
    assert list(MemberSession.objects.values_list("member_id", flat=True)) == [other.pk]


def test_one_answer_to_all_that_lets_nobody_in(client: Client, member: Member, code_of: CodeOf, now: datetime) -> None:
    used = code_of(member)
    services.redeem_code(code=used, now=now)
    expired = code_of(member)
    InvitationCode.objects.filter(used_at=None).update(
        made_at=now - timedelta(days=40), expires_at=now - timedelta(days=10)
    )
    unconsented = code_of(other := make_consenting(member.cohort))
    other.consents.update(withdrawn_on=timezone.localdate(now))
    answers = [client.post(JOIN, {"code": code}) for code in (used, expired, unconsented, "7K3MQ9TZV4HD2XNB")]
    assert {answer.status_code for answer in answers} == {422}
    errors = {str(answer.context["form"].errors) for answer in answers}
    assert len(errors) == 1


@pytest.mark.parametrize("typed", ["", "   ", "7K3M", "ж" * 400])
def test_a_mistake_stands_at_the_field_and_stays_there(client: Client, typed: str) -> None:
    answer = client.post(JOIN, {"code": typed})
    assert answer.status_code == 422
    assert answer.context["form"].errors["code"]
    assert typed.strip() in answer.content.decode()


def test_whoever_guesses_has_to_wait(client: Client, member: Member, code_of: CodeOf) -> None:
    good = code_of(member)
    for _number in range(MAX_WRONG_CODES):
        assert client.post(JOIN, {"code": "7K3MQ9TZV4HD2XNB"}).status_code == 422
    assert client.post(JOIN, {"code": "7K3MQ9TZV4HD2XNB"}).status_code == 422
    for code in ("7K3MQ9TZV4HD2XNB", good):
        answer = client.post(JOIN, {"code": code})
        assert (answer.status_code, answer["Retry-After"]) == (429, "600")
    assert InvitationCode.objects.get().used_at is None


def test_foreign_forms_are_refused(enter: Enter, member: Member, code_of: CodeOf) -> None:
    client, code = enter(member), code_of(member)
    for path, form in ((JOIN, {"code": code}), ("/sr/youth-panel/leave/", {})):
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}):
            assert client.post(path, form, headers=headers).status_code == 403
    assert client.get(ME).status_code == 200
    assert InvitationCode.objects.get(used_at=None)


def test_an_ended_session_is_said_and_an_unknown_visitor_is_just_asked(enter: Enter, member: Member) -> None:
    assert Client().get(ME)["Location"] == JOIN
    client = enter(member)
    MemberSession.objects.update(expires_at=timezone.now())
    answer = client.get(ME)
    assert answer["Location"] == f"{JOIN}?ended=1"
    assert client.get(answer["Location"]).context["ended"]


def test_a_consent_withdrawn_in_the_middle_ends_it_at_once(enter: Enter, member: Member, coordinator: Any) -> None:
    client = enter(member)
    assert client.get(ME).status_code == 200
    withdraw_consent(consent=member.consents.get(), actor=coordinator, now=timezone.now())
    assert client.get(ME)["Location"] == f"{JOIN}?ended=1"


def test_the_page_holds_no_code(client: Client) -> None:
    """The code is in the fragment, which browsers do not send. A URL with a code in its path does not exist."""
    assert client.get(f"{JOIN}7K3M-Q9TZ-V4HD-2XNB/").status_code == 404
    page = client.get(f"{JOIN}?code=7K3M-Q9TZ-V4HD-2XNB").content.decode()
    assert 'value="7K3M' not in page
