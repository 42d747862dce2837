"""Member authentication over HTTP: joining, sessions, leaving, cookies, and error messages."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from clicksafely.accounts.models import User
from tests.factories.youthpanel import make_consultation
from tests.rate_limits import set_limit
from tests.youthpanel.member_auth.conftest import JOIN, ME, OWN, approve, make_consenting
from tests.youthpanel.member_auth.slips import CHOOSE, MINE, OTHERS, chosen_twice, picked, visit, visit_first
from youthpanel.member_auth import services
from youthpanel.member_auth.selectors import MAX_WRONG_TRIES
from youthpanel.members.consents import withdraw_consent
from youthpanel.models import Cohort, InvitationCode, Member, MemberSession
from youthpanel.safeguarding.services import NoteData, write_note
from youthpanel.states import PhaseActivity

pytestmark = pytest.mark.django_db
Enter = Callable[[Member], Client]
CodeOf = Callable[..., str]


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True, headers=OWN)


def test_sign_in_with_the_code_and_sign_out(client: Client, member: Member, code_of: CodeOf) -> None:
    code = code_of(member).lower()
    client.get(JOIN)
    client.post(JOIN, {"code": code})
    # Only a sign-in sets a cookie.
    assert not client.cookies
    answer = visit_first(client, code)
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


@pytest.mark.parametrize(("https", "first"), [(False, False), (True, True)])
def test_the_cookie_is_limited_to_the_pages_of_the_panel(
    client: Client, member: Member, code_of: CodeOf, used_code_of: CodeOf, https: bool, first: bool
) -> None:
    with override_settings(SECURE_HTTPS=https):
        if first:
            answer = client.post(CHOOSE, chosen_twice(code_of(member)), secure=https)
        else:
            answer = client.post(JOIN, {"code": used_code_of(member), **picked()}, secure=https)
    assert len(answer.cookies) == 3
    for name, cookie in answer.cookies.items():
        language = name.removeprefix("__Secure-").removeprefix("panel-")
        assert name.startswith("__Secure-") == https
        assert cookie["path"] == f"/{language}/youth-panel/"
        assert (cookie["httponly"], cookie["samesite"], bool(cookie["secure"])) == (True, "Strict", https)
        assert not cookie["max-age"]
        assert not cookie["expires"]
        assert len(cookie.value) >= 43


def test_every_sign_in_has_a_new_key_and_ends_the_session_before(
    cohort: Cohort, enter: Enter, member: Member, code_of: CodeOf
) -> None:
    client, other = enter(member), make_consenting(cohort)
    former = client.cookies["panel-sr"].value
    visit_first(client, code_of(other))
    assert client.cookies["panel-sr"].value != former
    assert other.pseudonym in client.get(ME).content.decode()
    assert list(MemberSession.objects.values_list("member_id", flat=True)) == [other.pk]


def test_refused_sign_ins_get_one_answer(
    client: Client, cohort: Cohort, code_of: CodeOf, used_code_of: CodeOf, coordinator: Any, now: datetime
) -> None:
    void = used_code_of(gone := make_consenting(cohort))
    services.revoke_access(member=gone, actor=coordinator, now=now)
    unconsented_new = code_of(another := make_consenting(cohort))
    another.consents.update(withdrawn_on=timezone.localdate(now))
    locked = used_code_of(tried := make_consenting(cohort))
    InvitationCode.objects.filter(member=tried).update(wrong_tries=MAX_WRONG_TRIES)
    valid = used_code_of(make_consenting(cohort))
    unknown = "7K3MQ9TZV4HD2XNB"
    all_of_them = (void, unconsented_new, locked, unknown)
    for send in (
        lambda code: client.post(JOIN, {"code": code}),
        lambda code: visit(client, code, OTHERS if code == valid else MINE),
        lambda code: client.post(CHOOSE, chosen_twice(code, OTHERS if code == valid else MINE)),
    ):
        answers = [(code, send(code)) for code in (*all_of_them, valid)]
        assert {answer.status_code for _code, answer in answers} == {422}
        # The whole page, apart from the code that was typed and the token of the form.
        pages = set()
        for code, answer in answers:
            token = answer.context["form_token"]
            pages.add(answer.content.decode().replace(code, "").replace(token, ""))
        assert len(pages) == 1
    assert not client.cookies


def test_error_is_at_its_field_and_input_stays(client: Client) -> None:
    for typed in ("", "ж" * 400):
        answer = client.post(JOIN, {"code": typed})
        assert answer.status_code == 422
        assert answer.context["form"].errors["code"]
        assert typed in answer.content.decode()


def test_wrong_guesses_are_rate_limited(
    client: Client, member: Member, code_of: CodeOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_limit(monkeypatch, "WRONG_MEMBER_CODES", 2)
    good, unknown = code_of(member), "7K3MQ9TZV4HD2XNB"
    for chosen in ({}, picked()):
        assert client.post(JOIN, {"code": unknown, **chosen}).status_code == 422
    assert visit(client, unknown).status_code == 422
    for code in (unknown, good):
        for path, form in ((JOIN, {"code": code}), (CHOOSE, chosen_twice(code))):
            answer = client.post(path, form)
            assert (answer.status_code, answer["Retry-After"]) == (429, "600")
    assert InvitationCode.objects.get().pictures is None


def test_the_limit_of_a_slip_holds_across_networks(member: Member, used_code_of: CodeOf) -> None:
    code = used_code_of(member)
    for number in range(MAX_WRONG_TRIES):
        thief = Client(headers=OWN, REMOTE_ADDR=f"203.0.{number}.7")
        assert visit(thief, code, OTHERS).status_code == 422
    # The pictures are right now, from anywhere.
    for number in range(2):
        assert visit(Client(headers=OWN, REMOTE_ADDR=f"198.51.{number}.7"), code).status_code == 422
    assert not MemberSession.objects.exists()


def test_foreign_forms_are_refused(enter: Enter, member: Member, cohort: Cohort, code_of: CodeOf) -> None:
    client, code = enter(member), code_of(make_consenting(cohort))
    for path, form in ((JOIN, {"code": code}), (CHOOSE, chosen_twice(code)), ("/sr/youth-panel/leave/", {})):
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}):
            assert client.post(path, form, headers=headers).status_code == 403
    assert client.get(ME).status_code == 200
    assert InvitationCode.objects.filter(pictures=None).count() == 1


class TestFirstVisit:
    def test_the_pictures_are_chosen_twice(self, client: Client, member: Member, code_of: CodeOf) -> None:
        code = code_of(member)
        page = client.post(JOIN, {"code": code})
        assert page["Cache-Control"] == "no-store"
        # Pictures in the wrong form lead here, too.
        assert visit(client, code).templates[0].name == page.templates[0].name
        for form, field in (
            ({**picked(MINE[:5]), **picked(MINE, "again")}, "pictures"),
            ({**picked(("cat",) * 6), **picked(MINE, "again")}, "pictures"),
            ({**picked(("cat", "ship", "sun", "tree", "fish", "house")), **picked(MINE, "again")}, "pictures"),
            ({**picked(MINE), **picked(OTHERS, "again")}, "again"),
            (picked(MINE), "again"),
        ):
            answer = client.post(CHOOSE, {"code": code, **form})
            assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
            assert code in answer.content.decode()
            # What was chosen is not shown to those who stand behind.
            assert " checked" not in answer.content.decode()
        assert InvitationCode.objects.get().pictures is None
        assert client.post(CHOOSE, chosen_twice(code)).status_code == 303
        # The browser repeats the forms after Back: the first asks for the pictures, the second is a visit.
        again = client.post(JOIN, {"code": code})
        assert (again.status_code, list(again.context["form"].errors)) == (422, ["pictures"])
        assert client.post(CHOOSE, chosen_twice(code)).status_code == 303
        assert client.get(CHOOSE)["Location"] == JOIN


def test_sign_in_after_wrong_pictures(client: Client, member: Member, used_code_of: CodeOf) -> None:
    code = used_code_of(member)
    five = client.post(JOIN, {"code": code, **picked(MINE[:5])})
    assert (five.status_code, list(five.context["form"].errors)) == (422, ["pictures"])
    assert visit(client, code, OTHERS).status_code == 422
    assert visit(client, code)["Location"] == ME
    assert client.get(JOIN).context["member"] == member
    assert InvitationCode.objects.get().wrong_tries == 0


def test_the_member_reads_when_a_slip_was_replaced(
    member: Member, enter: Enter, coordinator: User, lead: User, now: datetime
) -> None:
    assert not enter(member).get(ME).context["replaced_on"]
    services.revoke_access(member=member, actor=coordinator, now=now)
    code = approve(member, lead, now)
    client = Client(headers=OWN)
    visit_first(client, code)
    for _visit in range(2):
        assert client.get(ME).context["replaced_on"]


def test_a_visit_shows_no_anonymous_answer_and_no_note(
    member: Member, cohort: Cohort, enter: Enter, coordinator: Any
) -> None:
    consultation, now = make_consultation(cohort), timezone.now()
    hour = timedelta(hours=1)
    consultation.phases.create(feature=PhaseActivity.ANSWER, starts_at=now - hour, ends_at=now + hour)
    question = consultation.questions.create(kind="open", text_sr="Шта још?", order=1)
    address = f"/sr/youth-panel/consultations/{consultation.slug}/"
    client = enter(member)
    assert client.post(address, {"act": "answer", f"q{question.pk}": "Плаши ме наставник"}).status_code == 303
    write_note(draft=NoteData(text="Тужна је", member=member, urgent=False), actor=coordinator, now=now)
    back = enter(member)
    for path in (ME, address):
        content = back.get(path).content.decode()
        assert ("Плаши ме наставник" in content, "Тужна је" in content) == (False, False)


def test_an_ended_session_has_a_message_on_the_sign_in_page(enter: Enter, member: Member, coordinator: Any) -> None:
    assert Client().get(ME)["Location"] == JOIN
    client = enter(member)
    MemberSession.objects.update(expires_at=timezone.now())
    answer = client.get(ME)
    assert answer["Location"] == f"{JOIN}?ended=1"
    assert client.get(answer["Location"]).context["ended"]
    client = enter(member)
    withdraw_consent(consent=member.consents.get(), actor=coordinator, now=timezone.now())
    assert client.get(ME)["Location"] == f"{JOIN}?ended=1"


def test_the_page_holds_no_code(client: Client) -> None:
    """The code is in the fragment, which browsers do not send. A URL with a code in its path does not exist."""
    assert client.get(f"{JOIN}7K3M-Q9TZ-V4HD-2XNB/").status_code == 404
    page = client.get(f"{JOIN}?code=7K3M-Q9TZ-V4HD-2XNB").content.decode()
    assert 'value="7K3M' not in page
