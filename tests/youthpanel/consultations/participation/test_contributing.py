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


@pytest.mark.parametrize("feature", PhaseActivity)
def test_every_act_in_its_phase_only(held: Held, member: Member, now: datetime, feature: PhaseActivity) -> None:
    consultation = held(feature)
    make_idea(consultation, None)
    allowed = ACTS.get(feature, ())
    for act in EVERY:
        if act not in allowed:
            with pytest.raises(NotAllowedNow):
                act(consultation, member, now)
    assert (Idea.objects.count(), Post.objects.count(), Endorsement.objects.count()) == (1, 0, 0)
    for act in allowed:
        act(consultation, member, now)


def test_no_act_out_of_its_time_or_by_others(held: Held, member: Member, now: datetime) -> None:
    elsewhere = held(PhaseActivity.DISCUSS, cohorts=(make_cohort(),))
    consultation = held(PhaseActivity.COLLECT)
    with pytest.raises(NotAllowedNow):
        post(elsewhere, member, now)
    for state in ("draft", "closed", "reported"):
        Consultation.objects.update(state=state)
        with pytest.raises(NotAllowedNow):
            propose(consultation, member, now)
    Consultation.objects.update(state="open")
    move_on(consultation)
    with pytest.raises(NotAllowedNow):
        propose(consultation, member, now)
    assert (Idea.objects.count(), Post.objects.count()) == (0, 0)


def test_idea_awaits_moderation_and_is_audited_without_its_text(held: Held, member: Member, now: datetime) -> None:
    idea = propose(held(PhaseActivity.COLLECT), member, now, "  Час\r\nо интернету\u202e  ")
    idea.refresh_from_db()
    assert (idea.text, idea.state, idea.member) == ("Час\nо интернету", ContributionState.WAITING, member)
    event = AuditEvent.objects.get(action="idea.proposed")
    assert (event.subject_id, event.actor_id, event.data) == (idea.pk, None, {})


def test_invalid_text_is_refused_at_its_field(held: Held, member: Member, now: datetime) -> None:
    consultation = held(PhaseActivity.COLLECT)
    for text in ("  \n ", "а" * 2001, "a\x00b"):
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
    for is_endorsed, number in ((True, 1), (True, 1), (False, 0), (False, 0)):
        services.endorse(consultation=consultation, member=member, idea=idea.uuid, is_endorsed=is_endorsed, now=now)
        assert Endorsement.objects.count() == number
    Endorsement.objects.create(idea=idea, member=member)
    with pytest.raises(IntegrityError), transaction.atomic():
        Endorsement.objects.create(idea=idea, member=member)


def test_only_published_ideas_of_others_are_endorsed_chosen_or_discussed(
    held: Held, member: Member, now: datetime
) -> None:
    collecting, elsewhere = held(PhaseActivity.COLLECT), held(PhaseActivity.COLLECT, cohorts=(make_cohort(),))
    own, foreign = make_idea(collecting, member), make_idea(elsewhere, None)
    waiting, refused = (make_idea(collecting, None, state=state) for state in ("waiting", "refused"))
    for idea in (own.uuid, foreign.uuid, waiting.uuid, refused.uuid, uuid4()):
        with pytest.raises(EditConflict):
            services.endorse(consultation=collecting, member=member, idea=idea, is_endorsed=True, now=now)
    prioritising, discussing = held(PhaseActivity.PRIORITISE), held(PhaseActivity.DISCUSS)
    make_idea(prioritising, None, state="waiting")
    with pytest.raises(EditConflict):
        choose(prioritising, member, now)
    with pytest.raises(EditConflict):
        services.write_post(consultation=discussing, member=member, text="x", now=now, idea=waiting.uuid)
    assert not Endorsement.objects.exists()
    assert not Post.objects.exists()


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


def test_taking_back(held: Held, cohort: Cohort, member: Member, now: datetime) -> None:
    consultation, other = held(PhaseActivity.COLLECT), make_consenting(cohort)
    fields = {"consultation": consultation, "member": member, "text": "x", "written_at": now}

    def withdraw(contribution: Idea | Post, member: Member = member) -> None:
        contribution.consultation.refresh_from_db()
        services.withdraw_contribution(contribution=contribution, member=member, now=now)

    for state in set(ContributionState) - {ContributionState.WAITING, ContributionState.SHOWN}:
        with pytest.raises(EditConflict):
            withdraw(Idea.objects.create(**fields, state=state))
    for model, state in ((Idea, ContributionState.WAITING), (Post, ContributionState.SHOWN)):
        own = model._default_manager.create(**fields, state=state)
        with pytest.raises(EditConflict):
            withdraw(own, other)
        # Until the consultation has reported back.
        for closed in (ConsultationState.DRAFT, ConsultationState.REPORTED):
            Consultation.objects.update(state=closed)
            with pytest.raises(NotAllowedNow):
                withdraw(own)
        Consultation.objects.update(state=ConsultationState.CLOSED)
        withdraw(own)
        own.refresh_from_db()
        assert own.state == ContributionState.WITHDRAWN
        assert AuditEvent.objects.filter(action=f"{model._meta.model_name}.withdrawn").count() == 1


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
