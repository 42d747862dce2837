"""Member authentication over HTTP: joining, sessions, leaving, cookies, and error messages."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from clicksafely.common.http import limits
from tests.clients.staff import make_staff
from tests.factories.youthpanel import make_consultation
from tests.youthpanel.member_auth.conftest import JOIN, ME, OWN, make_consenting
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
    answer = visit_first(client, code_of(member).lower())
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
        assert ("Храбри јеж" if language == "sr" else "Hrabri jež") in page.content.decode()


@pytest.mark.parametrize("https", [False, True])
@pytest.mark.parametrize("first", [False, True])
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


def test_only_a_sign_in_sets_a_cookie(client: Client, member: Member, code_of: CodeOf) -> None:
    client.get(JOIN)
    visit(client, "7K3M-Q9TZ-V4HD-2XNB")
    client.post(JOIN, {"code": code_of(member)})
    client.get(ME)
    assert not client.cookies


def test_every_sign_in_has_a_new_key(member: Member, code_of: CodeOf) -> None:
    client = Client(enforce_csrf_checks=True, headers=OWN)
    client.cookies["panel-sr"] = "chosen-by-somebody-else"
    code = code_of(member)
    visit_first(client, code)
    first = client.cookies["panel-sr"].value
    assert first != "chosen-by-somebody-else"
    visit(client, code)
    assert client.cookies["panel-sr"].value != first
    assert MemberSession.objects.count() == 1


def test_another_member_in_the_same_browser(cohort: Cohort, enter: Enter, member: Member, code_of: CodeOf) -> None:
    client, other = enter(member), make_consenting(cohort)
    visit_first(client, code_of(other))
    assert other.pseudonym in client.get(ME).content.decode()
    assert list(MemberSession.objects.values_list("member_id", flat=True)) == [other.pk]


def test_refused_sign_ins_get_one_answer(
    client: Client, cohort: Cohort, code_of: CodeOf, used_code_of: CodeOf, coordinator: Any, now: datetime
) -> None:
    void = used_code_of(gone := make_consenting(cohort))
    services.revoke_access(member=gone, actor=coordinator, now=now)
    expired = used_code_of(late := make_consenting(cohort))
    InvitationCode.objects.filter(member=late).update(
        created_at=now - timedelta(days=40), expires_at=now - timedelta(days=10)
    )
    unconsented = used_code_of(other := make_consenting(cohort))
    other.consents.update(withdrawn_on=timezone.localdate(now))
    unconsented_new = code_of(another := make_consenting(cohort))
    another.consents.update(withdrawn_on=timezone.localdate(now))
    locked = used_code_of(tried := make_consenting(cohort))
    InvitationCode.objects.filter(member=tried).update(wrong_tries=MAX_WRONG_TRIES)
    valid = used_code_of(make_consenting(cohort))
    unknown = "7K3MQ9TZV4HD2XNB"
    all_of_them = (void, expired, unconsented, unconsented_new, locked, unknown)
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


@pytest.mark.parametrize("typed", ["", "   ", "7K3M", "ж" * 400])
def test_error_is_at_its_field_and_input_stays(client: Client, typed: str) -> None:
    answer = client.post(JOIN, {"code": typed})
    assert answer.status_code == 422
    assert answer.context["form"].errors["code"]
    assert typed.strip() in answer.content.decode()


def test_wrong_guesses_are_rate_limited(client: Client, member: Member, code_of: CodeOf) -> None:
    good = code_of(member)
    for number in range(limits.WRONG_MEMBER_CODES.limit):
        chosen = picked() if number % 2 else {}
        assert client.post(JOIN, {"code": "7K3MQ9TZV4HD2XNB", **chosen}).status_code == 422
    assert visit(client, "7K3MQ9TZV4HD2XNB").status_code == 422
    for code in ("7K3MQ9TZV4HD2XNB", good):
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
            ({**picked((*MINE[:5], "dog")), **picked(MINE, "again")}, "pictures"),
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

    def test_back_and_again(self, client: Client, member: Member, code_of: CodeOf) -> None:
        """The browser repeats the first form after Back: it asks for the pictures. The second one is a visit."""
        code = code_of(member)
        visit_first(client, code)
        again = client.post(JOIN, {"code": code})
        assert (again.status_code, list(again.context["form"].errors)) == (422, ["pictures"])
        assert client.post(CHOOSE, chosen_twice(code)).status_code == 303
        assert client.post(CHOOSE, chosen_twice(code, OTHERS)).status_code == 422
        assert client.get(CHOOSE)["Location"] == JOIN

    def test_without_scripts_it_is_one_form_of_radio_buttons(
        self, client: Client, member: Member, code_of: CodeOf
    ) -> None:
        content = client.post(JOIN, {"code": code_of(member)}).content.decode()
        names = {f"{name}-{place}" for name in ("pictures", "again") for place in range(1, 7)}
        for name in names:
            assert content.count(f'type="radio" name="{name}"') == 16


def test_sign_in_on_three_days_with_back_and_a_wrong_picture(member: Member, used_code_of: CodeOf) -> None:
    code = used_code_of(member)
    for _day in range(3):
        client = Client(headers=OWN)
        five = client.post(JOIN, {"code": code, **picked(MINE[:5])})
        assert (five.status_code, list(five.context["form"].errors)) == (422, ["pictures"])
        assert visit(client, code, OTHERS).status_code == 422
        assert visit(client, code)["Location"] == ME
        assert client.get(JOIN).context["member"] == member
        client.post("/sr/youth-panel/leave/")
        assert client.get(ME)["Location"] == JOIN
    assert InvitationCode.objects.get().wrong_tries == 0


def test_the_member_reads_when_a_slip_was_replaced(
    member: Member, enter: Enter, code_of: CodeOf, coordinator: Any, now: datetime
) -> None:
    assert not enter(member).get(ME).context["replaced_on"]
    services.revoke_access(member=member, actor=coordinator, now=now)
    invitations: list[services.Invitation] = []
    lead = make_staff("lead", "safeguarding")
    services.approve_replacements(
        members=[member], draw=lambda each: bytes(invitations.extend(each) or b""), actor=lead, now=now
    )
    client = Client(headers=OWN)
    visit_first(client, invitations[0].code)
    for _visit in range(2):
        assert "Твој листић је замењен" in client.get(ME).content.decode()


def test_a_visit_shows_no_anonymous_answer_and_no_note(
    member: Member, cohort: Cohort, enter: Enter, coordinator: Any
) -> None:
    consultation = make_consultation(cohort)
    consultation.facilitators.set([coordinator])
    now = timezone.now()
    consultation.phases.create(
        feature=PhaseActivity.ANSWER, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(days=1)
    )
    question = consultation.questions.create(kind="open", text_sr="Шта још?", order=1)
    address = f"/sr/youth-panel/consultations/{consultation.slug}/"
    client = enter(member)
    response = client.post(address, {"act": "answer", f"q{question.pk}": "Плаши ме наставник"})
    assert response.status_code == 303
    note = NoteData(text="Тужна је", member=member, urgent=False)
    write_note(draft=note, actor=coordinator, now=now)
    back = enter(member)
    for path in (ME, address):
        content = back.get(path).content.decode()
        assert "Плаши ме наставник" not in content
        assert "Тужна је" not in content


def test_an_ended_session_has_a_message_on_the_sign_in_page(enter: Enter, member: Member) -> None:
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
