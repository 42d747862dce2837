"""The demonstration panel: two cohorts, nine consultations, a White Paper with responses, and no real names."""

import json
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils.timezone import localdate

from tests.clients.staff import make_staff
from youthpanel.consultations.opinion_results import opinion_results
from youthpanel.consultations.selectors import results
from youthpanel.demo.history import ON_PAPER, ONLINE, STEPS, VOTERS, data, load_demo
from youthpanel.models import (
    Cohort,
    Consultation,
    Edition,
    Meeting,
    Member,
    Quotation,
    Recommendation,
    SafeguardingAction,
    SafeguardingNote,
)
from youthpanel.public.recommendation_tracker import tracked_recommendations
from youthpanel.safeguarding.selectors import overdue_actions
from youthpanel.white_papers.selectors import verify_files
from youthpanel.white_papers.support import support_of

pytestmark = pytest.mark.django_db
# After midnight in Belgrade: the days of the demonstration are local.
NOW = datetime(2026, 11, 25, 23, 8, tzinfo=UTC)


def test_it_is_whole_and_loads_once(client: Client) -> None:
    for name in ("coordinator", "safeguarding"):
        make_staff(name, name)
    assert list(load_demo(NOW)) == [(step, STEPS) for step in range(1, STEPS + 1)]
    assert [cohort.members.count() for cohort in Cohort.objects.order_by("begins_on")] == [70, 80]
    assert [len({*cohort.members.values_list("school__town", flat=True)}) for cohort in Cohort.objects.all()] == [3, 3]
    reported = Consultation.objects.filter(state="reported")
    assert reported.count() == 1 + 8
    assert Consultation.objects.exclude(state="reported").get().ideas.filter(state="waiting").count() == 2
    for consultation in reported:
        found = results(consultation, NOW)
        assert found.sheets == ONLINE + ON_PAPER
        assert all(question.answered for question in found.questions)
        assert found.ideas[0].endorsed >= 5
        assert consultation.outcome
    [[cards]] = [found for each in reported if (found := opinion_results(each))]
    assert (cards.sheets, cards.groups) == (VOTERS, (("Група А", 24), ("Група Б", 16)))
    assert len(cards.agreements) == 3
    notes = SafeguardingNote.objects.order_by("id")
    assert [(note.source, note.outcome) for note in notes] == [("child", ""), ("staff", ""), ("staff", "with-child")]
    assert [str(note.assigned_to or "") for note in notes] == ["", "safeguarding", "safeguarding"]
    actions = SafeguardingAction.objects.order_by("id")
    assert [action.done_at is not None for action in actions] == [True, False, True, True]
    assert not overdue_actions(localdate(NOW))
    assert all(meeting.facilitators.count() == 2 for meeting in Meeting.objects.all())
    assert Quotation.objects.filter(member__isnull=False).count() == 2
    proposals = tracked_recommendations(localdate(NOW))
    assert len(proposals) == 12
    assert len({proposal.state for proposal in proposals}) == 7
    # All but one are counted from votes, and most members who voted are in favour.
    supports = [support_of(recommendation) for recommendation in Recommendation.objects.all()]
    assert sum(support.is_counted for support in supports) == 11
    assert all(2 * (support.in_favour or 0) > (support.asked or 0) for support in supports)
    edition = Edition.objects.get()
    assert all(each.is_whole for each in verify_files(edition))
    edition_text = json.dumps(edition.content, ensure_ascii=False)
    assert not [name for name in data("people")["surnames"] if name in edition_text]
    assert sum(member.pseudonym in edition_text for member in Member.objects.all()) == 2
    assert client.get("/sr-latn/youth-panel/recommendations/").status_code == 200
    assert list(load_demo(NOW)) == []
