"""The member page of a consultation and the members' start page, over HTTP."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from tests.factories.youthpanel import make_cohort, make_edition, make_meeting, make_recommendation
from tests.youthpanel.consultations.builders import answer, make_question, make_round
from tests.youthpanel.consultations.participation.conftest import DAY, Held, address, make_idea, move_on
from tests.youthpanel.member_auth.conftest import JOIN, ME, make_consenting
from youthpanel.models import AnswerSheet, Cohort, Consultation, Endorsement, Idea, Member, Participation, Post
from youthpanel.states import ContributionState, PhaseActivity

pytestmark = pytest.mark.django_db
Enter = Callable[[Member], Client]


def html(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_idea_is_sent_moderated_and_shown_to_all_members(
    held: Held, cohort: Cohort, member: Member, enter: Enter
) -> None:
    consultation, client, other = held(PhaseActivity.COLLECT), enter(member), enter(make_consenting(cohort))
    response = client.post(address(consultation), {"act": "propose", "text": "Час о интернету"})
    assert (response.status_code, response["Location"]) == (303, f"{address(consultation)}?done=propose")
    assert "Час о интернету" in html(client, address(consultation))
    # Other members do not see it before moderation.
    assert "Час о интернету" not in html(other, address(consultation))
    idea = Idea.objects.get()
    Idea.objects.update(state=ContributionState.SHOWN)
    assert "Час о интернету" in html(other, address(consultation))
    other.post(address(consultation), {"act": "endorse", "idea": idea.uuid})
    assert Endorsement.objects.get().idea == idea
    assert 'aria-pressed="true"' in html(other, address(consultation))
    other.post(address(consultation), {"act": "unendorse", "idea": idea.uuid})
    assert not Endorsement.objects.exists()
    client.post(address(consultation), {"act": "take-back", "id": idea.uuid})
    assert "Час о интернету" not in html(other, address(consultation))


@pytest.mark.parametrize("feature", PhaseActivity)
def test_every_phase_has_its_page_and_only_its_forms(
    held: Held, member: Member, enter: Enter, feature: PhaseActivity
) -> None:
    consultation = held(feature, introduction_sr="О чему је реч", introduction_en="What it is about")
    make_question(consultation)
    make_round(consultation)
    make_idea(consultation, None)
    answer = enter(member).get(address(consultation, "en"))
    assert (answer.status_code, answer["Cache-Control"], answer["Referrer-Policy"]) == (200, "no-store", "same-origin")
    acts = set(re.findall(r'name="act" value="([a-z-]+)"', answer.content.decode()))
    assert acts == {
        PhaseActivity.COLLECT: {"propose", "endorse"},
        PhaseActivity.ANSWER: {"answer"},
        PhaseActivity.OPINIONS: {"vote"},
        PhaseActivity.DISCUSS: {"say"},
        PhaseActivity.PRIORITISE: {"choose"},
    }.get(feature, set())
    without_ideas = (PhaseActivity.INFORM, PhaseActivity.ANSWER, PhaseActivity.OPINIONS)
    assert "Час о интернету" in answer.content.decode() or feature in without_ideas


def test_invalid_input_stays_in_the_form(held: Held, member: Member, enter: Enter) -> None:
    consultation, text = held(PhaseActivity.COLLECT), "а" * 2001
    answer = enter(member).post(address(consultation), {"act": "propose", "text": text})
    assert answer.status_code == 422
    assert answer.context["outcome"].problems
    assert text in answer.content.decode()


def test_answers_are_given_once_and_stored_apart_from_members(held: Held, member: Member, enter: Enter) -> None:
    consultation, client = held(PhaseActivity.ANSWER), enter(member)
    one, many, scale, words = (make_question(consultation, kind) for kind in ("single", "multiple", "scale", "open"))
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    nothing = client.post(address(consultation), {"act": "answer"})
    assert nothing.status_code == 422
    form = {
        "act": "answer",
        f"q{one.pk}": one.choices.all()[0].pk,
        f"q{many.pk}": [choice.pk for choice in many.choices.all()[:2]],
        f"q{scale.pk}": "4",
        f"q{words.pk}": "Више вежби",
    }
    assert client.post(address(consultation), form)["Location"].endswith("?done=answer")
    sheet = AnswerSheet.objects.get()
    assert (sheet.member, sheet.answers[str(scale.pk)]) == (None, {"score": 4})
    assert Participation.objects.get().member == member
    assert set(AuditEvent.objects.values_list("pk", flat=True)) == before
    page = client.get(address(consultation))
    assert page.context["form"] is None
    assert "Више вежби" not in page.content.decode()
    again = client.post(address(consultation), form)
    assert again.status_code == 409
    assert "Више вежби" in again.context["unsaved_text"]
    assert AnswerSheet.objects.count() == 1


def test_personal_data_in_answers_is_pointed_out_before_they_are_stored(
    held: Held, member: Member, enter: Enter
) -> None:
    consultation, client = held(PhaseActivity.ANSWER), enter(member)
    words, single = make_question(consultation, "open"), make_question(consultation, "single", other=True)
    text = "Наставница Ана Анић је викала, она живи у Цветној 5"
    form = {"act": "answer", f"q{words.pk}": text, f"q{single.pk}": "other", f"q{single.pk}_other": "064 123 45 67"}
    page = client.post(address(consultation), form)
    assert page.status_code == 422
    assert [found for _what, found in page.context["noticed"]] == ["Наставница Ана Анић", "064 123 45 67"]
    assert page.content.decode().count(text) == 1
    assert not page.context["outcome"].unanswered
    assert not AnswerSheet.objects.exists()
    assert not Participation.objects.exists()
    assert client.post(address(consultation), {**form, "confirmed": "1"}).status_code == 303
    assert AnswerSheet.objects.get().answers[str(words.pk)] == {"text": text}


def test_missing_answers_are_shown_before_sending(held: Held, member: Member, enter: Enter) -> None:
    consultation, client = held(PhaseActivity.ANSWER), enter(member)
    scale, words = make_question(consultation, "scale"), make_question(consultation, "open")
    form = {"act": "answer", f"q{scale.pk}": "2"}
    page = client.post(address(consultation), form)
    assert (page.status_code, page.context["outcome"].unanswered) == (422, [words])
    html = page.content.decode()
    assert f'href="#div_id_q{words.pk}"' in html
    assert f'id="div_id_q{words.pk}"' in html
    assert not AnswerSheet.objects.exists()
    # The answer is kept; the member adds the other one, or sends the form as it is.
    assert re.search(rf'name="q{scale.pk}"[^>]*value="2"[^>]*checked|checked[^>]*name="q{scale.pk}"', html)
    assert client.post(address(consultation), {**form, "confirmed": "1"}).status_code == 303
    assert AnswerSheet.objects.get().answers == {str(scale.pk): {"score": 2}}


def test_a_discussion_about_an_idea_and_in_general(held: Held, cohort: Cohort, member: Member, enter: Enter) -> None:
    consultation, client = held(PhaseActivity.DISCUSS), enter(member)
    idea, other = make_idea(consultation, None), make_consenting(cohort, pseudonym="Мирна сова")
    adult = consultation.facilitators.all()[0]
    shown = {"consultation": consultation, "state": "shown", "written_at": timezone.now()}
    Post.objects.create(**shown, member=other, idea=idea, text="Мени се свиђа")
    Post.objects.create(**shown, adult=adult, text="Хвала вам")
    Post.objects.create(**shown | {"state": "waiting"}, member=other, text="Још нико није прочитао")
    page = html(client, address(consultation))
    assert [text in page for text in ("Мирна сова", "Мени се свиђа", "Хвала вам")] == [True] * 3
    assert [text in page for text in (adult.username, "Још нико није прочитао")] == [False] * 2
    assert "Mirna sova" in html(client, address(consultation, "sr-latn"))
    client.post(address(consultation), {"act": "say", "text": "И мени", "idea": idea.uuid})
    client.post(address(consultation), {"act": "say", "text": "Добро је"})
    posts = Post.objects.filter(member=member).values_list("text", "idea", "state")
    assert set(posts) == {("И мени", idea.pk, "waiting"), ("Добро је", None, "waiting")}
    refused = client.post(address(consultation), {"act": "say", "text": "", "idea": idea.uuid})
    assert refused.context["outcome"].about == str(idea.uuid)


def test_priorities(held: Held, member: Member, enter: Enter) -> None:
    consultation, client = held(PhaseActivity.PRIORITISE), enter(member)
    ideas = [make_idea(consultation, None, text=f"Идеја {number}") for number in range(4)]
    many = client.post(address(consultation), {"act": "choose", "ideas": [idea.uuid for idea in ideas]})
    assert many.status_code == 422
    assert many.content.decode().count(" checked") == 4
    client.post(address(consultation), {"act": "choose", "ideas": [idea.uuid for idea in ideas[:3]]})
    assert Endorsement.objects.filter(priority=True).count() == 3
    assert html(client, address(consultation)).count(" checked") == 3


def test_a_part_that_ended_while_one_typed(held: Held, member: Member, enter: Enter) -> None:
    consultation, client = held(PhaseActivity.COLLECT), enter(member)
    move_on(consultation, PhaseActivity.DISCUSS)
    answer = client.post(address(consultation), {"act": "propose", "text": "Дуго сам писала"})
    assert (answer.status_code, answer.context["unsaved_text"]) == (409, "Дуго сам писала")
    assert "Дуго сам писала" in answer.content.decode()
    assert answer.context["feature"] == PhaseActivity.DISCUSS
    assert not Idea.objects.exists()


def test_invalid_acts_are_refused(held: Held, cohort: Cohort, member: Member, enter: Enter) -> None:
    consultation, client = held(PhaseActivity.COLLECT), enter(member)
    idea = make_idea(consultation, make_consenting(cohort))
    for form in ({}, {"act": "x"}, {"act": "endorse", "idea": "1"}, {"act": "take-back", "id": idea.uuid}):
        assert client.post(address(consultation), form).status_code == 409
    idea.refresh_from_db()
    assert idea.state == ContributionState.SHOWN


def test_consultations_of_others_and_drafts_are_none(held: Held, member: Member, enter: Enter) -> None:
    client = enter(member)
    other = held(PhaseActivity.COLLECT, cohorts=(make_cohort(),))
    draft = held(PhaseActivity.COLLECT, state="draft")
    idea = make_idea(other, None)
    pages = []
    for path in (address(other), address(draft), "/sr/youth-panel/consultations/nothing/"):
        pages.append(client.get(path))
        for form in ({"act": "propose", "text": "x"}, {"act": "endorse", "idea": str(idea.uuid)}):
            assert client.post(path, form).status_code == 404
    assert {page.status_code for page in pages} == {404}
    bodies = {re.sub(r'(value|href|content)="[^"]*"', "", page.content.decode()) for page in pages}
    assert len(bodies) == 1
    assert (Idea.objects.count(), Endorsement.objects.count()) == (1, 0)


def test_consultation_requires_a_session(held: Held) -> None:
    consultation = held(PhaseActivity.COLLECT)
    client = Client(headers={"Sec-Fetch-Site": "same-origin"})
    assert client.get(address(consultation))["Location"] == JOIN
    assert client.post(address(consultation), {"act": "propose", "text": "x"}).status_code == 403
    assert client.get("/sr/youth-panel/consultations/nothing/")["Location"] == JOIN


def test_the_own_page_lists_own_consultations(
    held: Held, cohort: Cohort, member: Member, enter: Enter, now: datetime
) -> None:
    client = enter(member)
    collecting = held(PhaseActivity.COLLECT, title_sr="Прва консултација")
    later = held(PhaseActivity.COLLECT, title_sr="Друга консултација")
    later.phases.update(starts_at=now + DAY, ends_at=now + 2 * DAY)
    over = held(PhaseActivity.COLLECT, title_sr="Трећа консултација", state="reported")
    held(PhaseActivity.COLLECT, title_sr="Туђа консултација", cohorts=(make_cohort(),))
    held(PhaseActivity.COLLECT, title_sr="Нацрт консултације", state="draft")
    make_idea(collecting, member, text="Чека", state="waiting")
    make_idea(collecting, member, text="Није", state="refused", refusal_reason="Помиње име друга.")
    make_meeting(cohort, title_sr="Следећи састанак", starts_at=now + 3 * DAY)
    make_meeting(cohort, title_sr="Отказани састанак", starts_at=now + 3 * DAY, cancelled_at=now)
    make_meeting(cohort, title_sr="Прошли састанак", starts_at=now - 3 * DAY)
    make_meeting(make_cohort(), title_sr="Туђи састанак", starts_at=now + 3 * DAY)
    answer = client.get(ME)
    page, found = answer.content.decode(), answer.context["calls"]
    assert [call.consultation for call in found.now] == [collecting]
    assert [call.consultation for call in found.later] == [later]
    assert client.get(address(later)).context["next"]
    assert [call.consultation for call in found.over] == [over]
    assert [words in page for words in ("Чека", "Помиње име друга.", "Следећи састанак")] == [True] * 3
    assert [words in page for words in ("Туђа", "Нацрт", "Отказани", "Прошли", "Туђи")] == [False] * 5


def test_past_consultations_stay_readable_with_their_results(
    held: Held, cohort: Cohort, member: Member, enter: Enter, coordinator: User
) -> None:
    """Also years later, and with more proposals than the page follows elsewhere; those of other consultations are not listed."""
    past, fruitless = (held(PhaseActivity.COLLECT, state="reported", outcome_sr="Хвала вам!") for _number in range(2))
    past.phases.update(starts_at=timezone.now() - 800 * DAY, ends_at=timezone.now() - 799 * DAY)
    proposals = [make_recommendation(title_sr=f"Предлог {number}") for number in range(8)]
    for each in proposals[:7]:
        each.consultations.add(past)
    texts = {key: {"sr": "x", "en": ""} for key in ("text", "child_text", "addressee")}
    rows = [{"id": each.pk, "slug": each.slug, "title": {"sr": each.title, "en": ""}, **texts} for each in proposals]
    make_edition(coordinator, content={"recommendations": rows})
    client = enter(member)
    shown = {consultation: [each["title"] for each in found] for consultation, found in client.get(ME).context["past"]}
    assert shown == {past: [f"Предлог {number}" for number in range(7)], fruitless: []}
    assert f'href="/sr/youth-panel/recommendations/{proposals[6].slug}/"' in html(client, ME)
    assert "Хвала вам!" in html(client, address(past))


def test_pages_need_few_queries(
    held: Held, cohort: Cohort, member: Member, enter: Enter, now: datetime, django_assert_max_num_queries: Any
) -> None:
    client, consultation = enter(member), held(PhaseActivity.DISCUSS)
    for _number in range(3):
        make_idea(held(PhaseActivity.COLLECT), member)
        make_meeting(cohort, starts_at=now + timedelta(days=3))
        idea = make_idea(consultation, make_consenting(cohort))
        post = {"consultation": consultation, "idea": idea, "text": "x", "state": "shown", "written_at": now}
        Post.objects.create(member=make_consenting(cohort), **post)
    for path, number in ((ME, 40), (address(consultation), 40)):
        # Shared content, such as the footer, is cached from here on.
        client.get(path)
        with django_assert_max_num_queries(number):
            client.get(path)


def test_results_are_counts_and_never_the_words_of_answers(
    held: Held, cohort: Cohort, member: Member, enter: Enter
) -> None:
    consultation, now = held(PhaseActivity.ANSWER), timezone.now()
    scale, words = make_question(consultation, "scale"), make_question(consultation, "open")
    for number in range(5):
        answer(consultation, make_consenting(cohort), {scale: 4, words: f"Непрочитано {number}"}, now=now)
    client = enter(member)
    move_on(consultation, PhaseActivity.REPORT)
    assert client.get(address(consultation)).context["results"].sheets is None
    Consultation.objects.update(state="reported", results_shown_on=now.date())
    page = client.get(address(consultation))
    assert page.context["results"].sheets == 5
    assert "100 %" in page.content.decode()
    assert "Непрочитано" not in page.content.decode()
