"""Disclosure rules of consultation results."""

import io
from typing import Any

import pytest
from django.utils import translation
from openpyxl import load_workbook

from clicksafely.accounts.models import User
from clicksafely.common.exceptions import ActionRefused
from tests.clients.staff import Person, make_staff
from tests.factories.youthpanel import NOW, TODAY, give_consent, make_member
from tests.youthpanel.consultations.builders import answer, open_questionnaire
from youthpanel.consultations.export import render_results_xlsx
from youthpanel.consultations.quotation_services import (
    approve_quotation,
    create_quotation,
    delete_quotation,
    is_excerpt_of,
    set_idea_themes,
)
from youthpanel.consultations.selectors import ResultRow, results
from youthpanel.models import Consultation, Endorsement, Idea, Question, Quotation, Theme
from youthpanel.states import ConsultationState

pytestmark = pytest.mark.django_db


def close(consultation: Consultation) -> Consultation:
    """Close it, and show its results."""
    Consultation.objects.filter(pk=consultation.pk).update(
        state=ConsultationState.CLOSED, results_shown_on=TODAY, changed_at=NOW
    )
    return Consultation.objects.get(pk=consultation.pk)


def answered(*sheets: dict[int, Any], kinds: tuple[str, ...], **fields: Any) -> tuple[Consultation, list[Question]]:
    """A closed consultation with these sheets: {index of the question: answer}."""
    consultation, questions = open_questionnaire(*kinds, **fields)
    for sheet in sheets:
        answer(consultation, None, {questions[place]: value for place, value in sheet.items()})
    return close(consultation), questions


def test_counts_shares_and_means() -> None:
    consultation, _questions = answered(
        {0: 0, 1: [0, 1], 2: 5}, {0: 0, 1: [0], 2: 4}, {0: 1, 1: [2], 2: 4}, {0: 0, 1: [0, 1, 2], 2: 1}, {0: 0, 1: [1], 2: 3},
        kinds=("single", "multiple", "scale"),
    )  # fmt: skip
    single, multiple, scale = results(consultation, NOW).questions
    assert single.rows == (ResultRow("Да", 4, 80), ResultRow("Не", 1, 20), ResultRow("Не знам", 0, 0))
    assert [(row.count, row.share) for row in multiple.rows] == [(3, 60), (3, 60), (2, 40)]
    assert [row.count for row in scale.rows] == [1, 0, 1, 2, 1]
    assert scale.mean == 3.4


def test_results_need_five_answers() -> None:
    few, _questions = answered(*[{0: "Текст"}] * 4, kinds=("open",))
    assert (results(few, NOW).sheets, results(few, NOW).questions) == (None, ())
    some, _questions = answered(*[{0: 1, 1: "Свој"}] * 4, {0: 1}, kinds=("single", "open"))
    first, second = results(some, NOW).questions
    assert first.answered == 5
    assert (second.answered, second.texts, second.written) == (None, (), 0)
    own, _questions = answered(*[{0: "своје"}] * 4, {0: 1}, kinds=("single",), other=True)
    [only] = results(own, NOW).questions
    assert (only.answered, only.texts, only.written, only.rows[-1].count) == (5, (), 4, 4)


def test_results_are_not_published_while_members_can_answer() -> None:
    """No results are published while members can answer.

    Once results are published, no answers are possible, and no transition leads back.
    """
    consultation, [question] = open_questionnaire("open")
    for number in range(9):
        assert results(consultation, NOW).questions == ()
        answer(consultation, make_member(consultation.cohorts.get()), {question: f"Одговор {number}"})
    assert results(consultation, NOW).sheets is None
    assert results(close(consultation), NOW).sheets == 9


def test_texts_of_two_questions_are_not_in_the_same_order() -> None:
    pairs = [("д", "а"), ("а", "д"), ("ц", "б"), ("б", "г"), ("г", "ц")]
    consultation, _questions = answered(*({0: one, 1: other} for one, other in pairs), kinds=("open", "open"))
    first, second = results(consultation, NOW).questions
    # Each list is in alphabetical order, so positions do not link two texts to one author.
    assert (first.texts, second.texts) == (("а", "б", "г", "д", "ц"), ("а", "б", "г", "д", "ц"))


@pytest.mark.parametrize(
    ("language", "order"),
    [
        ("sr", ["Табла", "Ћирилица", "Улица", "Царина", "Час"]),
        ("sr-latn", ["Царина", "Час", "Ћирилица", "Табла", "Улица"]),
    ],
)
def test_texts_are_in_the_order_of_the_alphabet(language: str, order: list[str]) -> None:
    consultation, _questions = answered(
        *({0: text} for text in ("Час", "Улица", "Царина", "Ћирилица", "Табла")), kinds=("open",)
    )
    with translation.override(language):
        [result] = results(consultation, NOW).questions
    assert list(result.texts) == order


def ideas_of(consultation: Consultation) -> tuple[Idea, Idea]:
    cohort = consultation.cohorts.get()
    loved, chosen = (
        Idea.objects.create(consultation=consultation, member=make_member(cohort), text=text, state="shown", counted=counted,
            written_at=NOW)
        for text, counted in (("=ВОЛИМО()", 4), ("Бирамо", 0))
    )  # fmt: skip
    Idea.objects.create(consultation=consultation, text="Не види се", state="refused", written_at=NOW)
    for number in range(3):
        Endorsement.objects.create(idea=loved, member=make_member(cohort))
        if number < 2:
            Endorsement.objects.create(idea=chosen, member=make_member(cohort), priority=True)
    return loved, chosen


def test_ideas_are_sorted_by_priorities_then_by_endorsements() -> None:
    consultation, _questions = answered(kinds=())
    loved, chosen = ideas_of(consultation)
    found = results(consultation, NOW).ideas
    assert [(each.idea, each.endorsed, each.priorities) for each in found] == [(chosen, 0, 2), (loved, 7, 0)]


def test_the_spreadsheet_has_the_figures_of_the_page(coordinator: Person) -> None:
    texts = ["=1+1", "@SUM(A1)", "+381", "-1", "Обично"]
    sheets = [{0: number % 2, 1: text} for number, text in enumerate(texts)]
    consultation, questions = answered(*sheets[:4], {**sheets[4], 2: 5}, kinds=("single", "open", "scale"))
    ideas_of(consultation)
    Theme.objects.create(consultation=consultation, name_sr="Часови", name_en="Lessons")
    page = coordinator.client.get(f"/admin/youthpanel/consultations/{consultation.pk}/results/").content.decode()
    assert "Fewer than five members answered this question" in page
    assert page.count('<svg class="chart"') == 1
    response = coordinator.client.get(f"/admin/youthpanel/consultations/{consultation.pk}/results.xlsx")
    book = load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == ["Consultation", "Question 1", "Question 2", "Ideas", "Themes"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert [cell.value for cell in book["Question 2"]["A"]][-5:] == ["'+381", "'-1", "'=1+1", "'@SUM(A1)", "Обично"]
    assert ("Да-en", 3, 60) in list(book["Question 1"].iter_rows(values_only=True))
    assert [row[:3] for row in book["Ideas"].iter_rows(values_only=True)][1:] == [
        ("Бирамо", 0, 2),
        ("'=ВОЛИМО()", 7, 0),
    ]
    assert len(questions) == 3


@pytest.mark.parametrize(
    ("language", "title"),
    [("sr-latn", "Kako da škola govori o internetu"), ("en", "How schools should talk about the internet")],
)
def test_texts_of_members_keep_their_script(language: str, title: str) -> None:
    consultation, _questions = answered(kinds=())
    ideas_of(consultation)
    with translation.override(language):
        book = load_workbook(io.BytesIO(render_results_xlsx(results(consultation, NOW), language)))
    assert book.worksheets[0]["A1"].value == title
    assert "Бирамо" in [cell.value for cell in book.worksheets[-2]["A"]]


def test_control_characters_are_left_out_of_the_spreadsheet() -> None:
    consultation, _questions = answered(kinds=())
    ideas_of(consultation)
    Theme.objects.create(consultation=consultation, name_sr="Часови\x0bи одмори\x01", name_en="Lessons")
    book = load_workbook(io.BytesIO(render_results_xlsx(results(consultation, NOW), "sr")))
    assert "Часови\nи одмори" in [cell.value for cell in book.worksheets[-1]["A"]]


def test_an_open_consultation_gives_no_answers_away(coordinator: Person) -> None:
    consultation, [question] = open_questionnaire("open")
    for number in range(6):
        answer(consultation, None, {question: f"Тајно {number}"})
    base = f"/admin/youthpanel/consultations/{consultation.pk}/results"
    assert "Тајно" not in coordinator.client.get(f"{base}/").content.decode()
    book = load_workbook(io.BytesIO(coordinator.client.get(f"{base}.xlsx").content))
    assert book.sheetnames == ["Consultation", "Ideas", "Themes"]
    with pytest.raises(ActionRefused):
        create_quotation(
            consultation=consultation, source=question, sr="Тајно 1", en="", themes=[], actor=coordinator.user, now=NOW
        )


@pytest.fixture
def actor() -> User:
    return make_staff("prva", "coordinator")


def test_words_of_a_member_are_cleared_while_a_consent_holds(actor: User) -> None:
    consultation, _questions = answered(kinds=())
    member = make_member(consultation.cohorts.get())
    idea = Idea.objects.create(
        consultation=consultation, member=member, text="Да часови буду сваке године", state="shown", written_at=NOW
    )
    theme = Theme.objects.create(consultation=consultation, name_sr="Часови")
    quotation = create_quotation(
        consultation=consultation, source=idea, sr="часови … сваке године", en="", themes=[theme], actor=actor, now=NOW
    )
    assert (quotation.member, list(quotation.themes.all())) == (member, [theme])
    with pytest.raises(ActionRefused):
        approve_quotation(quotation=quotation, actor=actor, now=NOW)
    consent = give_consent(member, "quotation")
    approve_quotation(quotation=Quotation.objects.get(), actor=actor, now=NOW)
    assert results(consultation, NOW).quotations == (quotation,)
    assert [(each.ideas, each.quotations) for each in results(consultation, NOW).themes] == [(0, 1)]
    consent.withdrawn_on = NOW.date()
    consent.save()
    assert results(consultation, NOW).quotations == ()
    delete_quotation(quotation=quotation, actor=actor, now=NOW)
    assert not Quotation.objects.exists()


def test_a_quotation_of_an_anonymous_answer_has_no_member(actor: User) -> None:
    consultation, [question] = answered(
        *[{0: f"Знала сам да треба да кажем {number}"} for number in range(5)], kinds=("open",)
    )
    quotation = create_quotation(
        consultation=consultation, source=question, sr="Знала сам", en="I knew", themes=[], actor=actor, now=NOW
    )
    assert quotation.member is None
    approve_quotation(quotation=quotation, actor=actor, now=NOW)
    assert Quotation.objects.get().approved_at == NOW


def test_words_of_an_answer_with_a_name_are_its_members(actor: User) -> None:
    consultation, [question] = open_questionnaire("open", anonymous=False)
    members = [make_member(consultation.cohorts.get()) for _number in range(5)]
    for number, member in enumerate(members):
        answer(consultation, member, {question: f"Мисао {number}"})
    consultation = close(consultation)
    quotation = create_quotation(
        consultation=consultation, source=question, sr="Мисао 3", en="", themes=[], actor=actor, now=NOW
    )
    assert quotation.member == members[3]
    with pytest.raises(ActionRefused):
        approve_quotation(quotation=quotation, actor=actor, now=NOW)


@pytest.mark.parametrize("words", ["", "…", "Нико то није рекао", "године сваке", "а" * 601, "а\x00"])
def test_quotation_must_be_an_excerpt(actor: User, words: str) -> None:
    consultation, _questions = answered(kinds=())
    idea = Idea.objects.create(consultation=consultation, text="Сваке године", state="shown", written_at=NOW)
    with pytest.raises(ActionRefused):
        create_quotation(consultation=consultation, source=idea, sr=words, en="", themes=[], actor=actor, now=NOW)
    assert not Quotation.objects.exists()


def test_omissions_keep_the_order_of_the_text() -> None:
    assert is_excerpt_of("један … три", "један два\nтри")
    assert is_excerpt_of("један [...] три", "један два три")
    assert not is_excerpt_of("три … један", "један два три")


def test_themes_are_those_of_the_consultation(coordinator: Person) -> None:
    consultation, _questions = answered(kinds=())
    consultation.facilitators.set([coordinator.user])
    loved, chosen = ideas_of(consultation)
    theme = Theme.objects.create(consultation=consultation, name_sr="Часови")
    foreign = Theme.objects.create(consultation=open_questionnaire("open")[0], name_sr="Туђа")
    set_idea_themes(idea=chosen, themes=[foreign, theme])
    assert list(chosen.themes.all()) == [theme]
    address = f"/admin/youthpanel/consultations/{consultation.pk}/words/"
    coordinator.client.post(address, {f"idea-{loved.pk}": [theme.pk, foreign.pk]})
    assert (list(loved.themes.all()), list(chosen.themes.all())) == ([theme], [])


def test_personal_data_in_a_quotation_is_confirmed(coordinator: Person) -> None:
    consultation, _questions = answered(kinds=())
    consultation.facilitators.set([coordinator.user])
    idea = Idea.objects.create(
        consultation=consultation, text="Нека дође и у улицу Кнеза Милоша 3", state="shown", written_at=NOW
    )
    base = f"/admin/youthpanel/consultations/{consultation.pk}/words/"
    data = {"source": f"i{idea.pk}", "text": idea.text}
    hint = "улицу Кнеза Милоша 3</b>"
    assert hint in coordinator.client.post(f"{base}quote/", data).content.decode()
    assert hint in coordinator.client.post(f"{base}quote/", {**data, "keep": "1", "sr": idea.text}).content.decode()
    assert not Quotation.objects.exists()
    part = coordinator.client.post(f"{base}quote/", {**data, "keep": "1", "sr": "Нека дође …"})
    whole = coordinator.client.post(f"{base}quote/", {**data, "keep": "1", "sr": idea.text, "confirmed": "1"})
    assert (part.status_code, whole.status_code) == (302, 302)
    # The person who approves it sees the hint; afterwards it is gone.
    assert coordinator.client.get(base).content.decode().count(hint) == 1
    Quotation.objects.update(approved_at=NOW)
    assert hint not in coordinator.client.get(base).content.decode()


def test_words_are_chosen_and_cleared_on_pages(coordinator: Person) -> None:
    consultation, _questions = answered(kinds=())
    consultation.facilitators.set([coordinator.user])
    idea = Idea.objects.create(consultation=consultation, text="Са састанка", state="shown", written_at=NOW)
    base = f"/admin/youthpanel/consultations/{consultation.pk}/words/"
    data = {"source": f"i{idea.pk}", "text": idea.text}
    assert "Са састанка" in coordinator.client.post(f"{base}quote/", data).content.decode()
    wrong = coordinator.client.post(f"{base}quote/", {**data, "keep": "1", "sr": "Измишљено", "en": ""})
    assert wrong.status_code == 422
    assert "Измишљено" in wrong.content.decode()
    assert (
        coordinator.client.post(f"{base}quote/", {**data, "keep": "1", "sr": "састанка", "en": ""}).status_code == 302
    )
    quotation = Quotation.objects.get()
    coordinator.client.post(f"{base}{quotation.pk}/", {})
    assert results(consultation, NOW).quotations == (quotation,)
    coordinator.client.post(f"{base}{quotation.pk}/", {"remove": "1"})
    assert not Quotation.objects.exists()
    for code in ("", "x1", "q999999", "i-1", f"q{idea.pk}"):
        assert coordinator.client.post(f"{base}quote/", {"source": code}).status_code == 404
