"""The support of a recommendation: counted from closed votes, never typed beside them, never more than the results tell."""

import json
from dataclasses import asdict

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from clicksafely.accounts.models import User
from tests.clients.staff import Person, make_staff, signed_in
from tests.factories.papers import both, make_paper
from tests.factories.youthpanel import NOW, make_cohort, make_consultation, make_member, make_recommendation
from tests.youthpanel.consultations.builders import (
    answer,
    close,
    open_opinion_cards,
    open_questionnaire,
    script,
    show,
    vote,
)
from tests.youthpanel.consultations.participation.conftest import make_idea
from youthpanel.members.erasure import erase_member
from youthpanel.models import Consultation, Endorsement, Idea, Member, QuestionChoice, Recommendation
from youthpanel.white_papers.layout import EditionInfo, lay_out
from youthpanel.white_papers.snapshot import build_snapshot
from youthpanel.white_papers.support import Support, support_of

pytestmark = pytest.mark.django_db
HIDDEN = Support(is_counted=True)


@pytest.fixture
def actor() -> User:
    return make_staff("prva", "coordinator")


def answered(counts: tuple[int, ...], actor: User, *, shown: bool = True) -> list[QuestionChoice]:
    """The choices of a question that so many members chose each."""
    consultation, [question] = open_questionnaire("single")
    [cohort] = consultation.cohorts.all()
    for choice, number in enumerate(counts):
        for _ in range(number):
            answer(consultation, make_member(cohort), {question: choice})
    close(consultation, actor)
    if shown:
        show(consultation, actor)
    return list(QuestionChoice.objects.filter(question=question))


def proposed(*supporters: int, shown: bool = True, **fields: object) -> tuple[Consultation, list[Idea]]:
    """A consultation with ideas; the first so many of its members support each of them."""
    cohort = make_cohort()
    consultation = make_consultation(cohort, state="closed", results_shown_on=NOW.date() if shown else None)
    members = [make_member(cohort) for _ in range(max(supporters))]
    ideas = [make_idea(consultation, None, text=f"Идеја {number}", **fields) for number in range(len(supporters))]
    for idea, number in zip(ideas, supporters, strict=True):
        Endorsement.objects.bulk_create(Endorsement(idea=idea, member=member) for member in members[:number])
    return consultation, ideas


def from_ideas(*ideas: Idea, **fields: object) -> Recommendation:
    recommendation = make_recommendation(**fields)
    recommendation.ideas.set(ideas)
    return recommendation


def test_an_option_has_the_votes_of_its_question_once_results_are_shown(actor: User) -> None:
    yes, no = (make_recommendation(choice=each) for each in answered((8, 6, 5), actor, shown=False)[:2])
    assert support_of(yes) == HIDDEN
    show(Consultation.objects.get(), actor)
    yes, no = Recommendation.objects.order_by("pk")
    # No typed figure beside votes.
    with pytest.raises(IntegrityError), transaction.atomic():
        make_recommendation(choice=yes.choice, support=8, asked=14)
    assert support_of(yes) == Support(8, 19, is_counted=True)
    assert support_of(no) == Support(6, 19, is_counted=True)
    _consultation, [idea] = proposed(9, shown=False)
    assert support_of(from_ideas(idea)) == HIDDEN


def test_an_option_reveals_no_more_than_the_charts(actor: User) -> None:
    """The number of a small option would follow from the others, so one of them is hidden too."""
    recommendations = []
    for choice in answered((9, 3, 5), actor):
        recommendation = make_recommendation(choice=choice)
        recommendation.consultations.set([choice.question.consultation])
        recommendations.append(recommendation)
    Consultation.objects.update(state="reported", outcome_sr="Готово")
    content = build_snapshot(make_paper(*recommendations), NOW)
    [charted] = content["results"][0]["questions"]
    supports = [row["support"] for row in content["recommendations"]]
    assert supports == [row["count"] for row in charted["rows"]]
    assert supports[1] is None
    assert supports.count(None) >= 2
    assert all(row["voted"] for row in content["recommendations"])


@pytest.mark.parametrize(("kind", "answer_value"), [("single", 0), ("scale", 4)])
def test_an_answer_that_all_gave_is_not_published(actor: User, kind: str, answer_value: object) -> None:
    """Five of five are 100 %: the answer of each of them would be known. A second question has a mixed result."""
    consultation, [alike, mixed] = open_questionnaire(kind, "multiple")
    [cohort] = consultation.cohorts.all()
    for number in range(10):
        member = make_member(cohort)
        mixed_answer = {mixed: [0, 1] if number < 6 else [1]}
        answer(consultation, member, {alike: answer_value, **mixed_answer} if number < 5 else mixed_answer)
    close(consultation, actor)
    show(consultation, actor)
    Consultation.objects.update(state="reported", outcome_sr="Готово")
    choice = alike.choices.first()
    recommendation = make_recommendation(choice=choice)
    recommendation.consultations.set([consultation])
    assert support_of(recommendation) == (HIDDEN if choice else Support())
    content = build_snapshot(make_paper(recommendation), NOW)
    [charted] = content["results"][0]["questions"]
    assert [row["count"] for row in charted["rows"]] == [6, None, None]
    layout = lay_out(content, EditionInfo(None, NOW, both("")), "en")
    shown = json.dumps([asdict(section) for section in layout.sections], ensure_ascii=False)
    assert "100\u00a0%" not in shown
    assert "6 (60\u00a0%)" in shown


def test_a_statement_has_the_published_counts_of_its_card(actor: User) -> None:
    consultation, opinion_round = open_opinion_cards()
    [cohort] = consultation.cohorts.all()
    for sheet in script(20):
        vote(consultation, make_member(cohort), sheet)
    recommendation = make_recommendation(statement=opinion_round.statements.all()[0])
    assert support_of(recommendation) == HIDDEN
    close(consultation, actor)
    show(consultation, actor)
    support = support_of(Recommendation.objects.get(pk=recommendation.pk))
    opinion_round.refresh_from_db()
    published = [group["counts"][str(recommendation.statement_id)] for group in opinion_round.figures["groups"]]  # type: ignore[index]
    assert support == Support(sum(counts[0] for counts in published), 20, is_counted=True)
    # Never all of them: every published figure has at least one vote for each option.
    assert 5 <= (support.in_favour or 0) < 20


def test_a_member_supporting_two_ideas_counts_once() -> None:
    consultation, ideas = proposed(7, 9, 12, 4)
    assert support_of(from_ideas(ideas[3])) == HIDDEN
    assert support_of(from_ideas(*ideas[:2])) == Support(9, 12, is_counted=True)
    assert support_of(from_ideas(ideas[0])) == Support(7, 12, is_counted=True)
    Endorsement.objects.create(idea=ideas[0], member=Endorsement.objects.filter(idea=ideas[0])[0].member, priority=True)
    assert support_of(from_ideas(ideas[0])) == Support(7, 12, is_counted=True)
    # An idea that is no longer shown gives its support to no recommendation.
    Idea.objects.filter(pk=ideas[1].pk).update(state="withdrawn")
    assert support_of(from_ideas(*consultation.ideas.filter(pk__in=[ideas[0].pk, ideas[1].pk]))) == Support(
        7, 12, is_counted=True
    )


def test_raised_hands_are_no_votes_so_figures_may_be_typed() -> None:
    _consultation, [idea] = proposed(0, counted=30)
    for support, published in ((30, (30, 41)), (5, (5, 41)), (4, (None, None))):
        recommendation = from_ideas(idea, support=support, asked=41)
        row = build_snapshot(make_paper(recommendation), NOW)["recommendations"][0]
        assert (row["support"], row["asked"]) == published
    assert support_of(from_ideas(idea)) == Support()


def test_an_erasure_leaves_the_figure_the_same(actor: User, tmp_path: object) -> None:
    _consultation, [first, _second] = proposed(8, 10)
    before = support_of(from_ideas(first))
    with override_settings(PANEL_ERASURE_LOG=f"{tmp_path}/erasures.txt", MEDIA_ROOT=tmp_path):
        erase_member(Endorsement.objects.filter(idea=first)[0].member, actor, NOW)
    assert Member.objects.filter(erased_at__isnull=False).count() == 1
    assert support_of(from_ideas(first)) == before == Support(8, 10, is_counted=True)


def test_a_coordinator_chooses_an_option_and_types_nothing() -> None:
    person: Person = signed_in("urednica", "coordinator")
    person.client.cookies["lang"] = "en"
    [yes, *_others] = answered((8, 6), person.user)
    [hidden, *_rest] = answered((8, 6), person.user, shown=False)
    recommendation = make_recommendation()
    recommendation.consultations.set([yes.question.consultation, hidden.question.consultation])
    address = f"/admin/youthpanel/recommendation/{recommendation.pk}/change/"
    page = person.client.get(address).content.decode()
    assert f'<option value="{yes.pk}"' in page
    # Its results are not shown yet.
    assert f'<option value="{hidden.pk}"' not in page
    names = ("title_sr", "title_en", "text_sr", "text_en", "addressee_sr", "addressee_en", "education", "slug")
    form = {name: getattr(recommendation, name) for name in names} | {
        "child_text_sr": "",
        "child_text_en": "",
        "consultations": [yes.question.consultation_id],
        "choice": yes.pk,
        "statement": "",
    }
    answer_page = person.client.post(address, form | {"support": "13", "asked": "14"})
    assert answer_page.status_code == 200
    assert 'value="13"' in answer_page.content.decode()
    assert person.client.post(address, form | {"support": "", "asked": ""}).status_code == 302
    assert "8 of 14" in person.client.get("/admin/youthpanel/recommendation/").content.decode()
    assert person.client.post(address, form | {"choice": hidden.pk, "support": "", "asked": ""}).status_code == 200
