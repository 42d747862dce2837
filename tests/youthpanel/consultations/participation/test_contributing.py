"""Ideas, endorsements, posts and priorities: limited to their phase and cohort, without duplicates."""

from collections.abc import Callable
from datetime import datetime
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from clicksafely.common.exceptions import ActionRefused, EditConflict
from clicksafely.common.models import AuditEvent
from tests.clients.staff import make_staff
from tests.factories.youthpanel import make_cohort
from tests.youthpanel.consultations.participation.conftest import Held, make_idea, move_on
from tests.youthpanel.member_auth.conftest import make_consenting
from youthpanel.consultations import services
from youthpanel.consultations.exceptions import NotAllowedNow
from youthpanel.models import Cohort, Consultation, Endorsement, Idea, Member, Post
from youthpanel.states import ConsultationState, ContributionState, PhaseActivity

pytestmark = pytest.mark.django_db
Act = Callable[[Consultation, Member, datetime], object]


def propose(consultation: Consultation, member: Member, now: datetime, text: str = "Идеја") -> Idea:
    return services.propose_idea(consultation=consultation, member=member, text=text, now=now)


def endorse(consultation: Consultation, member: Member, now: datetime) -> None:
    idea = Idea.objects.get(consultation=consultation, member=None).uuid
    services.endorse(consultation=consultation, member=member, idea=idea, is_endorsed=True, now=now)


def post(consultation: Consultation, member: Member, now: datetime) -> Post:
    return services.write_post(consultation=consultation, member=member, text="Слажем се", now=now)


def choose(consultation: Consultation, member: Member, now: datetime) -> None:
    ideas = Idea.objects.filter(consultation=consultation).values_list("uuid", flat=True)
    services.choose_priorities(consultation=consultation, member=member, ideas=ideas, now=now)


ACTS: dict[PhaseActivity, tuple[Act, ...]] = {
    PhaseActivity.COLLECT: (propose, endorse),
    PhaseActivity.DISCUSS: (post,),
    PhaseActivity.PRIORITISE: (choose,),
}
EVERY = [act for acts in ACTS.values() for act in acts]


@pytest.mark.parametrize("act", EVERY)
@pytest.mark.parametrize("feature", PhaseActivity)
def test_every_act_in_every_phase(held: Held, member: Member, now: datetime, feature: PhaseActivity, act: Act) -> None:
    consultation = held(feature)
    make_idea(consultation, None)
    if act in ACTS.get(feature, ()):
        act(consultation, member, now)
    else:
        with pytest.raises(NotAllowedNow):
            act(consultation, member, now)
        assert (Idea.objects.count(), Post.objects.count(), Endorsement.objects.count()) == (1, 0, 0)


@pytest.mark.parametrize("act", EVERY)
@pytest.mark.parametrize("why", ["over", "closed", "draft", "reported", "other cohort"])
def test_no_act_out_of_its_time_or_by_others(held: Held, member: Member, now: datetime, act: Act, why: str) -> None:
    feature = next(feature for feature, acts in ACTS.items() if act in acts)
    consultation = held(feature, cohorts=(make_cohort(),)) if why == "other cohort" else held(feature)
    make_idea(consultation, None)
    if why == "over":
        move_on(consultation)
    elif why != "other cohort":
        Consultation.objects.update(state=why)
    with pytest.raises(NotAllowedNow):
        act(consultation, member, now)
    assert (Idea.objects.count(), Post.objects.count(), Endorsement.objects.count()) == (1, 0, 0)


def test_idea_awaits_moderation_and_is_audited_without_its_text(held: Held, member: Member, now: datetime) -> None:
    idea = propose(held(PhaseActivity.COLLECT), member, now, "  Час\r\nо интернету\u202e  ")
    idea.refresh_from_db()
    assert (idea.text, idea.state, idea.member) == ("Час\nо интернету", ContributionState.WAITING, member)
    event = AuditEvent.objects.get(action="idea.proposed")
    assert (event.subject_id, event.actor_id, event.data) == (idea.pk, None, {})


@pytest.mark.parametrize("text", ["", "  \n ", "а" * 2001, "a\x00b"])
def test_invalid_text_is_refused_at_its_field(held: Held, member: Member, now: datetime, text: str) -> None:
    consultation = held(PhaseActivity.COLLECT)
    with pytest.raises(ActionRefused) as refused:
        propose(consultation, member, now, text)
    assert [fault.field for fault in refused.value.faults] == ["text"]
    assert not Idea.objects.exists()


def test_number_of_unmoderated_ideas_is_limited(held: Held, member: Member, now: datetime) -> None:
    consultation = held(PhaseActivity.COLLECT)
    for _number in range(services.MAX_UNMODERATED):
        propose(consultation, member, now)
    with pytest.raises(ActionRefused):
        propose(consultation, member, now)
    Idea.objects.filter(pk=Idea.objects.earliest("pk").pk).update(state=ContributionState.SHOWN)
    propose(consultation, member, now)


def test_an_endorsement_is_one_however_often_it_is_given(held: Held, member: Member, now: datetime) -> None:
    consultation = held(PhaseActivity.COLLECT)
    idea = make_idea(consultation, None)
    for _twice in range(2):
        endorse(consultation, member, now)
    assert Endorsement.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Endorsement.objects.create(idea=idea, member=member)
    for _twice in range(2):
        services.endorse(consultation=consultation, member=member, idea=idea.uuid, is_endorsed=False, now=now)
    assert not Endorsement.objects.exists()


@pytest.mark.parametrize("state", sorted(set(ContributionState) - {ContributionState.SHOWN}))
def test_only_published_ideas_can_be_endorsed_chosen_or_discussed(
    held: Held, member: Member, now: datetime, state: ContributionState
) -> None:
    for feature, act in ((PhaseActivity.COLLECT, endorse), (PhaseActivity.PRIORITISE, choose)):
        consultation = held(feature)
        idea = make_idea(consultation, None, state=state)
        with pytest.raises(EditConflict):
            act(consultation, member, now)
    consultation = held(PhaseActivity.DISCUSS)
    idea = make_idea(consultation, None, state=state)
    with pytest.raises(EditConflict):
        services.write_post(consultation=consultation, member=member, text="x", now=now, idea=idea.uuid)
    assert not Endorsement.objects.exists()
    assert not Post.objects.exists()


def test_ideas_of_other_consultations_are_none_here(held: Held, member: Member, now: datetime) -> None:
    elsewhere = make_idea(held(PhaseActivity.COLLECT, cohorts=(make_cohort(),)), None)
    consultation = held(PhaseActivity.COLLECT)
    for idea in (elsewhere.uuid, uuid4()):
        with pytest.raises(EditConflict):
            services.endorse(consultation=consultation, member=member, idea=idea, is_endorsed=True, now=now)
    assert not Endorsement.objects.exists()


def test_member_cannot_endorse_an_own_idea(held: Held, member: Member, now: datetime) -> None:
    consultation = held(PhaseActivity.COLLECT)
    idea = make_idea(consultation, member)
    with pytest.raises(EditConflict):
        services.endorse(consultation=consultation, member=member, idea=idea.uuid, is_endorsed=True, now=now)


def test_no_thread_without_two_adults(held: Held, member: Member, now: datetime) -> None:
    consultation = held(PhaseActivity.DISCUSS)
    post(consultation, member, now)
    adult = consultation.facilitators.first()
    assert adult
    adult.is_active = False
    adult.save()
    with pytest.raises(NotAllowedNow):
        post(consultation, member, now)
    consultation.facilitators.add(make_staff("third", "coordinator"))
    post(consultation, member, now)
    assert Post.objects.count() == 2


def test_three_priorities_at_most_and_they_can_be_changed(held: Held, member: Member, now: datetime) -> None:
    consultation = held(PhaseActivity.PRIORITISE)
    ideas = [make_idea(consultation, None) for _number in range(4)]

    def pick(*places: int) -> None:
        services.choose_priorities(
            consultation=consultation, member=member, ideas=[ideas[place].uuid for place in places], now=now
        )

    def picked() -> set[int]:
        chosen = Endorsement.objects.filter(member=member, priority=True)
        return {ideas.index(each.idea) for each in chosen.select_related("idea")}

    pick(0, 1, 2)
    with pytest.raises(ActionRefused):
        pick(0, 1, 2, 3)
    assert picked() == {0, 1, 2}
    pick(3, 3)
    assert picked() == {3}
    pick()
    assert picked() == set()


@pytest.mark.parametrize("model", [Idea, Post])
def test_taking_back(held: Held, cohort: Cohort, member: Member, now: datetime, model: type[Idea | Post]) -> None:
    consultation, other = held(PhaseActivity.COLLECT), make_consenting(cohort)
    for state in ContributionState:
        own = model._default_manager.create(
            consultation=consultation, member=member, text="x", state=state, written_at=now
        )
        with pytest.raises(EditConflict):
            services.withdraw_contribution(contribution=own, member=other, now=now)
        if state in (ContributionState.WAITING, ContributionState.SHOWN):
            services.withdraw_contribution(contribution=own, member=member, now=now)
            own.refresh_from_db()
            assert own.state == ContributionState.WITHDRAWN
        else:
            with pytest.raises(EditConflict):
                services.withdraw_contribution(contribution=own, member=member, now=now)
    assert AuditEvent.objects.filter(action=f"{model._meta.model_name}.withdrawn").count() == 2


@pytest.mark.parametrize("state", ConsultationState)
def test_taking_back_until_it_has_reported_back(
    held: Held, member: Member, now: datetime, state: ConsultationState
) -> None:
    consultation = held(PhaseActivity.COLLECT)
    Consultation.objects.update(state=state)
    own = make_idea(consultation, member)
    own.consultation.refresh_from_db()
    if state in (ConsultationState.OPEN, ConsultationState.CLOSED):
        services.withdraw_contribution(contribution=own, member=member, now=now)
    else:
        with pytest.raises(NotAllowedNow):
            services.withdraw_contribution(contribution=own, member=member, now=now)


@pytest.mark.django_db(transaction=True)
def test_two_pages_that_choose_at_once_never_make_four(held: Held, member: Member, now: datetime) -> None:
    consultation = held(PhaseActivity.PRIORITISE)
    ideas = [make_idea(consultation, None).uuid for _number in range(4)]
    together = Barrier(2)

    def pick(chosen: list[object]) -> None:
        together.wait()
        services.choose_priorities(consultation=consultation, member=member, ideas=chosen, now=now)  # type: ignore[arg-type]
        connection.close()

    threads = [Thread(target=pick, args=(chosen,)) for chosen in (ideas[:2], ideas[2:])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Endorsement.objects.filter(priority=True).count() == 2
