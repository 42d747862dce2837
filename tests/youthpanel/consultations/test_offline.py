"""Bulk entry of sheets of paper and flipchart ideas, which count in the same results."""

import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from tests.clients.staff import Person, make_staff
from tests.database import as_role_of
from tests.factories.youthpanel import NOW
from tests.youthpanel.consultations.builders import (
    CAMPS,
    make_round,
    open_opinion_cards,
    open_questionnaire,
)
from youthpanel.consultations.bulk_entry import IdeaLine, parse_lines, save_meeting_ideas
from youthpanel.consultations.exceptions import NotAllowedNow
from youthpanel.consultations.opinions import save_votes
from youthpanel.models import (
    AnswerSheet,
    Consultation,
    Idea,
    OpinionParticipation,
    OpinionRound,
    Participation,
    Phase,
    Question,
)
from youthpanel.states import ConsultationState, PhaseActivity

pytestmark = pytest.mark.django_db


def test_sheets_are_typed_one_after_the_other(coordinator: Person) -> None:
    consultation, [one, open_question] = open_questionnaire("single", "open", other=True)
    consultation.facilitators.set([coordinator.user])
    address = f"/admin/youthpanel/consultations/{consultation.pk}/paper/"
    choice = one.choices.all()[2]
    first = {"n": "0", f"q{one.pk}": choice.pk, f"q{open_question.pk}": "Са папира"}
    page = coordinator.client.post(address, first, follow=True)
    assert "1 sheet" in page.content.decode()
    page = coordinator.client.post(address, {"n": "1", f"q{one.pk}": "other", f"q{one.pk}_other": ""})
    assert page.status_code == 422
    page = coordinator.client.post(address, {"n": "1", f"q{open_question.pk}": "Други папир"}, follow=True)
    assert "2 sheets" in page.content.decode()
    assert "Други папир" not in page.content.decode()
    assert sorted(sheet.answers[str(open_question.pk)]["text"] for sheet in AnswerSheet.objects.all()) == [
        "Други папир",
        "Са папира",
    ]
    assert not Participation.objects.exists()


def with_cards(coordinator: Person) -> tuple[str, Question, OpinionRound]:
    """An open consultation with a question and eight cards: the page for entering paper."""
    consultation, [open_question] = open_questionnaire("open")
    ends_at = consultation.phases.get().ends_at
    Phase.objects.create(
        consultation=consultation,
        feature=PhaseActivity.OPINIONS,
        starts_at=ends_at,
        ends_at=ends_at + timedelta(days=1),
    )
    consultation.facilitators.set([coordinator.user])
    return f"/admin/youthpanel/consultations/{consultation.pk}/paper/", open_question, make_round(consultation)


def ticked(opinion_round: OpinionRound, votes: Sequence[int]) -> dict[str, str]:
    return {f"s{each.pk}": str(vote) for each, vote in zip(opinion_round.statements.all(), votes, strict=False)}


def test_cards_on_paper_have_the_numbers_after_the_questions(coordinator: Person) -> None:
    address, _question, opinion_round = with_cards(coordinator)
    form = coordinator.client.get(address).content.decode()
    sheet = coordinator.client.get(f"{address}print/").content.decode()
    assert re.findall(r"(\d)\. Statement (\d)", form) == [(str(number + 1), str(number)) for number in range(1, 9)]
    assert '<ol class="paper-questions" start="2">' in sheet
    assert re.findall(r"Statement (\d)", sheet) == [str(number) for number in range(1, 9)]
    assert sheet.count("☐") == 3 * opinion_round.statements.count()


def test_a_sheet_with_answers_and_votes_is_stored_once_without_a_link(coordinator: Person) -> None:
    address, open_question, opinion_round = with_cards(coordinator)
    token = re.findall(r'name="sheet" value="(\w+)"', coordinator.client.get(address).content.decode())[0]
    data = {"n": "0", "sheet": token, f"q{open_question.pk}": "Једном", **ticked(opinion_round, CAMPS[0])}
    # The page is reloaded, or the button is pressed again after Back.
    for _ in range(2):
        with as_role_of("staff"):
            page = coordinator.client.post(address, data, follow=True).content.decode()
    assert "1 sheet" in page
    assert AnswerSheet.objects.get().answers == {str(open_question.pk): {"text": "Једном"}}
    [votes] = opinion_round.sheets.values_list("votes", flat=True)
    assert list(votes.values()) == list(CAMPS[0])
    assert not OpinionParticipation.objects.exists()
    # The next blank form has another number. A sheet may have votes only.
    assert token not in page
    coordinator.client.post(address, {"n": "1", "sheet": "a2", **ticked(opinion_round, CAMPS[1])})
    assert (AnswerSheet.objects.count(), opinion_round.sheets.count()) == (1, 2)


def test_a_missing_card_vote_keeps_the_input_and_saves_nothing(coordinator: Person) -> None:
    address, open_question, opinion_round = with_cards(coordinator)
    data = {"n": "3", "sheet": "a1", f"q{open_question.pk}": "Остаје овде", **ticked(opinion_round, CAMPS[0][:7])}
    response = coordinator.client.post(address, data)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Остаје овде" in page
    assert page.count("checked") == 7
    assert 'name="n" value="3"' in page
    assert 'name="sheet" value="a1"' in page
    assert not AnswerSheet.objects.exists()
    assert not opinion_round.sheets.exists()
    assert coordinator.client.post(address, {"n": "3"}).status_code == 422


def test_votes_on_paper_need_an_open_consultation_with_cards(coordinator: Person) -> None:
    consultation, opinion_round = open_opinion_cards()
    votes = dict(zip(opinion_round.statements.values_list("pk", flat=True), CAMPS[0], strict=True))
    consultation.phases.update(feature=PhaseActivity.ANSWER)
    with pytest.raises(NotAllowedNow):
        save_votes(consultation=consultation, member=None, votes=votes, now=NOW)
    consultation.phases.update(feature=PhaseActivity.OPINIONS)
    Consultation.objects.update(state=ConsultationState.CLOSED)
    with pytest.raises(NotAllowedNow):
        save_votes(consultation=consultation, member=None, votes=votes, now=NOW)


def test_nothing_is_added_to_a_closed_consultation(coordinator: Person) -> None:
    consultation, [open_question] = open_questionnaire("open", state=ConsultationState.CLOSED)
    consultation.facilitators.set([coordinator.user])
    base = f"/admin/youthpanel/consultations/{consultation.pk}"
    assert coordinator.client.post(f"{base}/paper/", {f"q{open_question.pk}": "Касно"}).status_code == 422
    assert coordinator.client.post(f"{base}/flipchart/", {"lines": "Касно; 3"}).status_code == 422
    assert not AnswerSheet.objects.exists()
    assert not Idea.objects.exists()


def test_only_facilitators_add(coordinator: Person) -> None:
    consultation, [open_question] = open_questionnaire("open")
    base = f"/admin/youthpanel/consultations/{consultation.pk}"
    assert coordinator.client.post(f"{base}/paper/", {f"q{open_question.pk}": "Туђе"}).status_code == 403
    with pytest.raises(PermissionDenied):
        save_meeting_ideas(consultation=consultation, lines=[IdeaLine("Туђе", 1)], actor=make_staff("x"), now=NOW)
    assert not AnswerSheet.objects.exists()


def test_ideas_of_the_flipchart(coordinator: Person) -> None:
    consultation, _questions = open_questionnaire("open")
    consultation.facilitators.set([coordinator.user])
    address = f"/admin/youthpanel/consultations/{consultation.pk}/flipchart/"
    typed = "Час сваке године; 14\n\nЉубазно; али строго; 3\nБез гласања"
    wrong = coordinator.client.post(address, {"lines": f"{typed}\nЛоше; много"})
    assert wrong.status_code == 422
    assert "много" in wrong.content.decode()
    assert "Љубазно; али строго; 3" in wrong.content.decode()
    assert not Idea.objects.exists()
    assert coordinator.client.post(address, {"lines": typed}).status_code == 302
    assert dict(Idea.objects.values_list("text", "counted")) == {
        "Без гласања": 0,
        "Час сваке године": 14,
        "Љубазно; али строго": 3,
    }
    assert set(Idea.objects.values_list("state", "member", "read_by")) == {("shown", None, coordinator.user.pk)}


def test_problems_of_lines() -> None:
    for typed in ("  \n ", "; 3", "а; 501", "а; -1", "а; ٣", "а" * 2001, "а\x00", "а\n" * 101):
        assert len(parse_lines(typed)[1]) == 1, typed
    assert parse_lines("Идеја;") == ([IdeaLine("Идеја", 0)], [])


def test_personal_data_on_paper_is_confirmed(coordinator: Person) -> None:
    consultation, [open_question] = open_questionnaire("open")
    consultation.facilitators.set([coordinator.user])
    address = f"/admin/youthpanel/consultations/{consultation.pk}/paper/"
    data = {"n": "0", "sheet": "a1", f"q{open_question.pk}": "Питајте у Његошевој 5"}
    assert "Његошевој 5</b>" in coordinator.client.post(address, data).content.decode()
    assert not AnswerSheet.objects.exists()
    coordinator.client.post(address, {**data, "confirmed": "1"})
    assert AnswerSheet.objects.get().answers == {str(open_question.pk): {"text": "Питајте у Његошевој 5"}}
    flipchart = address.replace("paper", "flipchart")
    lines = {"lines": "Час сваке године; 4\nнаставница Ковач виче; 2"}
    assert "наставница Ковач</b>" in coordinator.client.post(flipchart, lines).content.decode()
    assert not Idea.objects.exists()
    coordinator.client.post(flipchart, {**lines, "confirmed": "1"})
    assert Idea.objects.count() == 2
