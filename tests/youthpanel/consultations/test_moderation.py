"""Moderation: contributions are hidden until approved, and all facilitators see everything."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from clicksafely.common.exceptions import ActionRefused, EditConflict
from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person, make_staff, signed_in
from tests.factories.youthpanel import NOW, make_cohort, make_consultation, make_member
from youthpanel.consultations import moderation
from youthpanel.consultations.exceptions import NotAllowedNow
from youthpanel.consultations.pii_hints import PersonalDataKind, find_personal_data
from youthpanel.consultations.selectors import unmoderated_contributions
from youthpanel.models import Consultation, Idea, Post
from youthpanel.states import CONTRIBUTION_TRANSITIONS, ConsultationState, ContributionState

pytestmark = pytest.mark.django_db
QUEUE = "/admin/youthpanel/moderation/"


def led_by(*adults: Any, **fields: Any) -> Consultation:
    consultation = make_consultation(make_cohort(), **fields)
    consultation.facilitators.set(adults)
    return consultation


def write(consultation: Consultation, text: str = "Да часови буду сваке године", **fields: Any) -> Idea:
    member = fields.pop("member", None) or make_member(consultation.cohorts.get())
    return Idea.objects.create(consultation=consultation, member=member, text=text, **{"written_at": NOW, **fields})


def test_the_queue_lists_unmoderated_contributions_oldest_first(coordinator: Person) -> None:
    mine, others = led_by(coordinator.user), led_by(make_staff("druga", "coordinator"))
    late = write(mine, "Касније", written_at=NOW + timedelta(hours=1))
    early = Post.objects.create(consultation=mine, member=late.member, idea=late, text="Раније", written_at=NOW)
    write(mine, "Већ прочитано", state="shown")
    write(others, "Туђе")
    assert unmoderated_contributions(coordinator.user) == [early, late]
    page = coordinator.client.get(QUEUE).content.decode()
    assert page.index("Раније") < page.index(f"w-{late.uuid}")
    assert "Туђе" not in page
    assert "Већ прочитано" not in page
    assert page.count("autofocus") == 1
    assert "2 ideas or posts to moderate" in coordinator.client.get("/admin/youthpanel/due/").content.decode()


def test_publishing_an_idea_stores_its_moderator(coordinator: Person) -> None:
    consultation = led_by(coordinator.user)
    idea = write(consultation)
    answer = coordinator.client.post(f"{QUEUE}idea/{idea.uuid}/", {"act": "show", "state": "waiting"})
    assert answer.headers["Location"] == QUEUE
    idea.refresh_from_db()
    assert (idea.state, idea.read_by, idea.refusal_reason) == ("shown", coordinator.user, "")
    assert AuditEvent.objects.get(action="idea.shown").subject_id == idea.pk
    page = coordinator.client.get(f"/admin/youthpanel/consultations/{consultation.pk}/talk/").content.decode()
    assert "moderated by" in page


def test_a_refusal_needs_a_reason_and_typed_text_stays(coordinator: Person) -> None:
    idea = write(led_by(coordinator.user), state="shown")
    address = f"{QUEUE}idea/{idea.uuid}/"
    answer = coordinator.client.post(address, {"act": "refuse", "state": "shown", "reason": "  "})
    assert answer.status_code == 422
    assert "Give a reason: the member reads it." in answer.content.decode()
    long = coordinator.client.post(address, {"act": "refuse", "state": "shown", "reason": "а" * 301})
    assert "а" * 301 in long.content.decode()
    idea.refresh_from_db()
    assert idea.state == "shown"
    coordinator.client.post(address, {"act": "refuse", "state": "shown", "reason": "Ту је нечије име."})
    idea.refresh_from_db()
    assert (idea.state, idea.refusal_reason, idea.text) == (
        "refused",
        "Ту је нечије име.",
        "Да часови буду сваке године",
    )


def test_second_decision_gets_a_conflict(coordinator: Person) -> None:
    idea = write(led_by(coordinator.user))
    moderation.approve_contribution(contribution=Idea.objects.get(), actor=coordinator.user, now=NOW)
    answer = coordinator.client.post(
        f"{QUEUE}idea/{idea.uuid}/", {"act": "refuse", "state": "waiting", "reason": "Не"}, follow=True
    )
    assert "Another user changed it first" in answer.content.decode()
    idea.refresh_from_db()
    assert idea.state == "shown"


@pytest.mark.parametrize("state", ContributionState)
@pytest.mark.parametrize("to", [ContributionState.SHOWN, ContributionState.REFUSED])
def test_every_step(state: ContributionState, to: ContributionState) -> None:
    actor = make_staff("prva", "coordinator")
    idea = write(led_by(actor), state=state)

    def act() -> None:
        if to == ContributionState.SHOWN:
            moderation.approve_contribution(contribution=idea, actor=actor, now=NOW)
        else:
            moderation.reject_contribution(contribution=idea, reason="Зато", actor=actor, now=NOW)

    if to in CONTRIBUTION_TRANSITIONS[state]:
        act()
        assert Idea.objects.get().state == to
    else:
        with pytest.raises(EditConflict):
            act()
        assert Idea.objects.get().state == state


def test_only_facilitators_moderate_and_post(coordinator: Person) -> None:
    consultation = led_by(make_staff("druga", "coordinator"))
    idea = write(consultation)
    for address, data in (
        (f"{QUEUE}idea/{idea.uuid}/", {"act": "show", "state": "waiting"}),
        (f"/admin/youthpanel/consultations/{consultation.pk}/talk/", {"text": "Здраво"}),
    ):
        assert coordinator.client.post(address, data).status_code == 403
    with pytest.raises(PermissionDenied):
        moderation.post_as_facilitator(
            consultation=consultation, idea=None, text="Здраво", actor=coordinator.user, now=NOW
        )
    idea.refresh_from_db()
    assert idea.state == "waiting"
    assert not Post.objects.exists()


def test_posts_of_facilitators_are_marked(coordinator: Person) -> None:
    consultation = led_by(coordinator.user)
    idea = write(consultation, state="shown")
    address = f"/admin/youthpanel/consultations/{consultation.pk}/talk/"
    assert coordinator.client.post(address, {"text": " ", "idea": idea.pk}).status_code == 422
    assert coordinator.client.post(address, {"text": "Хвала!", "idea": idea.pk}).status_code == 302
    post = Post.objects.get()
    assert (post.adult, post.member, post.idea, post.state) == (coordinator.user, None, idea, "shown")
    assert ">adult</span>" in coordinator.client.get(address).content.decode()
    Consultation.objects.update(state=ConsultationState.CLOSED)
    with pytest.raises(NotAllowedNow):
        moderation.post_as_facilitator(
            consultation=consultation, idea=None, text="Касно", actor=coordinator.user, now=NOW
        )
    response = coordinator.client.post(address, {"text": "Касно"})
    assert "Nothing was saved" in response.content.decode()


def test_a_reason_that_cannot_be_read_is_refused() -> None:
    actor = make_staff("prva", "coordinator")
    with pytest.raises(ActionRefused):
        moderation.reject_contribution(contribution=write(led_by(actor)), reason="а\x00", actor=actor, now=NOW)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Пиши ми на ana.anic@example.org данас", [(PersonalDataKind.EMAIL, "ana.anic@example.org")]),
        ("мој број је 064/123-45-67", [(PersonalDataKind.PHONE, "064/123-45-67")]),
        ("+381 64 1234567", [(PersonalDataKind.PHONE, "+381 64 1234567")]),
        ("нађи ме као @tajni_jez", [(PersonalDataKind.ACCOUNT, "@tajni_jez")]),
        ("Ана Анић је рекла", [(PersonalDataKind.NAME, "Ана Анић")]),
        ("рекла је Милица", [(PersonalDataKind.NAME, "Милица")]),
        ("Да часови буду сваке године. Не само у петом.", []),
        ("У 2026. години 150 чланова", []),
        ("", []),
    ],
)
def test_personal_data_is_found(text: str, found: list[tuple[PersonalDataKind, str]]) -> None:
    assert [(each.kind, each.text) for each in find_personal_data(text)] == found


def test_the_queue_warns(coordinator: Person) -> None:
    write(led_by(coordinator.user), "Питајте на ana@example.org")
    page = coordinator.client.get(QUEUE).content.decode()
    assert "this may identify a person" in page
    assert "e-mail address" in page


def test_the_safeguarding_lead_is_an_adult_of_a_thread_as_well() -> None:
    lead = signed_in("zastita", "safeguarding")
    consultation = led_by(lead.user)
    idea = write(consultation)
    lead.client.cookies["lang"] = "en"
    queue = lead.client.get(QUEUE).content.decode()
    assert str(idea.uuid) in queue
    assert f"/admin/youthpanel/consultations/{consultation.pk}/" in queue
    assert "/admin/youthpanel/member/" not in queue
    lead.client.post(f"{QUEUE}idea/{idea.uuid}/", {"act": "show", "state": "waiting"})
    idea.refresh_from_db()
    assert idea.state == "shown"
    base = f"/admin/youthpanel/consultations/{consultation.pk}/"
    assert [lead.client.get(base + page).status_code for page in ("", "talk/", "paper/", "words/", "results/")] == [
        200
    ] * 5
    assert lead.client.post(f"{base}move/", {"to": "closed"}).status_code == 403
    assert lead.client.get("/admin/youthpanel/consultation/").status_code == 403
