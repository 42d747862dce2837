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


def test_texts_of_each_question_are_in_the_order_of_the_alphabet() -> None:
    """So positions do not link two texts to one author."""
    pairs = zip(("Час", "Улица", "Царина", "Ћирилица", "Табла"), "дгвба", strict=True)
    consultation, _questions = answered(*({0: one, 1: other} for one, other in pairs), kinds=("open", "open"))
    for language, order in (
        ("sr", ("Табла", "Ћирилица", "Улица", "Царина", "Час", *"абвгд")),
        ("sr-latn", ("Царина", "Час", "Ћирилица", "Табла", "Улица", *"абдгв")),
    ):
        with translation.override(language):
            first, second = results(consultation, NOW).questions
        assert (*first.texts, *second.texts) == order


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


def test_the_spreadsheet_has_the_figures_of_the_page(coordinator: Person) -> None:
    texts = ["=1+1", "@SUM(A1)", "+381", "-1", "Обично"]
    sheets = [{0: number % 2, 1: text} for number, text in enumerate(texts)]
    consultation, _questions = answered(*sheets[:4], {**sheets[4], 2: 5}, kinds=("single", "open", "scale"))
    ideas_of(consultation)
    Theme.objects.create(consultation=consultation, name_sr="Часови", name_en="Lessons")
    # Ideas are sorted by priorities, then by endorsements.
    assert [(each.endorsed, each.priorities) for each in results(consultation, NOW).ideas] == [(0, 2), (7, 0)]
    page = coordinator.client.get(f"/admin/youthpanel/consultations/{consultation.pk}/results/").content.decode()
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


def test_texts_of_members_keep_their_script_without_control_characters() -> None:
    consultation, _questions = answered(kinds=())
    ideas_of(consultation)
    Theme.objects.create(consultation=consultation, name_sr="Часови\x0bи одмори\x01", name_en="")
    with translation.override("sr-latn"):
        book = load_workbook(io.BytesIO(render_results_xlsx(results(consultation, NOW), "sr-latn")))
    assert book.worksheets[0]["A1"].value == "Kako da škola govori o internetu"
    assert "Бирамо" in [cell.value for cell in book.worksheets[-2]["A"]]
    assert "Časovi\ni odmori" in [cell.value for cell in book.worksheets[-1]["A"]]


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


@pytest.mark.parametrize("anonymous", [True, False])
def test_words_of_an_answer_with_a_name_are_its_members(actor: User, anonymous: bool) -> None:
    consultation, [question] = open_questionnaire("open", anonymous=anonymous)
    members = [make_member(consultation.cohorts.get()) for _number in range(5)]
    for number, member in enumerate(members):
        answer(consultation, member, {question: f"Мисао {number}"})
    quotation = create_quotation(
        consultation=close(consultation), source=question, sr="Мисао 3", en="", themes=[], actor=actor, now=NOW
    )
    assert quotation.member == (None if anonymous else members[3])
    if anonymous:
        approve_quotation(quotation=quotation, actor=actor, now=NOW)
        assert Quotation.objects.get().approved_at == NOW


def test_quotation_must_be_an_excerpt(actor: User) -> None:
    consultation, _questions = answered(kinds=())
    idea = Idea.objects.create(consultation=consultation, text="Сваке године", state="shown", written_at=NOW)
    for words in ("…", "Нико то није рекао", "године … Сваке", "а" * 601, "а\x00"):
        with pytest.raises(ActionRefused):
            create_quotation(consultation=consultation, source=idea, sr=words, en="", themes=[], actor=actor, now=NOW)
    assert not Quotation.objects.exists()
    assert is_excerpt_of("један [...] три", "један два\nтри")


def test_themes_are_those_of_the_consultation(coordinator: Person) -> None:
    consultation, _questions = answered(kinds=())
    consultation.facilitators.set([coordinator.user])
    loved, chosen = ideas_of(consultation)
    theme = Theme.objects.create(consultation=consultation, name_sr="Часови")
    foreign = Theme.objects.create(consultation=open_questionnaire("open")[0], name_sr="Туђа")
    set_idea_themes(idea=chosen, themes=[theme])
    address = f"/admin/youthpanel/consultations/{consultation.pk}/words/"
    coordinator.client.post(address, {f"idea-{loved.pk}": [theme.pk, foreign.pk]})
    assert (list(loved.themes.all()), list(chosen.themes.all())) == ([theme], [])


def test_words_are_chosen_and_cleared_on_pages(coordinator: Person) -> None:
    consultation, _questions = answered(kinds=())
    consultation.facilitators.set([coordinator.user])
    text = "Нека дође и у улицу Кнеза Милоша 3"
    idea = Idea.objects.create(consultation=consultation, text=text, state="shown", written_at=NOW)
    base = f"/admin/youthpanel/consultations/{consultation.pk}/words/"
    form = {"source": f"i{idea.pk}", "text": text, "keep": "1"}
    wrong = coordinator.client.post(f"{base}quote/", {**form, "sr": "Измишљено", "en": ""})
    assert (wrong.status_code, "Измишљено" in wrong.content.decode()) == (422, True)
    # Personal data is confirmed, and the person who approves it sees the hint too.
    hint = "улицу Кнеза Милоша 3</b>"
    assert hint in coordinator.client.post(f"{base}quote/", {**form, "sr": text}).content.decode()
    assert not Quotation.objects.exists()
    assert coordinator.client.post(f"{base}quote/", {**form, "sr": text, "confirmed": "1"}).status_code == 302
    assert coordinator.client.get(base).content.decode().count(hint) == 1
    quotation = Quotation.objects.get()
    coordinator.client.post(f"{base}{quotation.pk}/", {})
    assert results(consultation, NOW).quotations == (quotation,)
    assert hint not in coordinator.client.get(base).content.decode()
    coordinator.client.post(f"{base}{quotation.pk}/", {"remove": "1"})
    assert not Quotation.objects.exists()
    for code in ("", "x1", "q999999"):
        assert coordinator.client.post(f"{base}quote/", {"source": code}).status_code == 404
