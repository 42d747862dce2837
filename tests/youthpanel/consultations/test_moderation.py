"""Moderation: contributions are hidden until approved, and all facilitators see everything."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person, make_staff
from tests.factories.youthpanel import NOW, make_cohort, make_consultation, make_member
from youthpanel.consultations import moderation
from youthpanel.consultations.exceptions import NotAllowedNow
from youthpanel.consultations.selectors import unmoderated_contributions
from youthpanel.models import Consultation, Idea, Post
from youthpanel.states import ConsultationState

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
    early = Post.objects.create(
        consultation=mine, member=late.member, idea=late, text="Раније, ana@example.org", written_at=NOW
    )
    write(mine, "Већ прочитано: ana@example.org", state="shown")
    write(others, "Туђе")
    assert unmoderated_contributions(coordinator.user) == [early, late]
    page = coordinator.client.get(QUEUE).content.decode()
    assert page.index("Раније") < page.index(f"w-{late.uuid}")
    assert "Туђе" not in page
    assert "Већ прочитано" not in page
    # A hint about personal data.
    assert '<b translate="no">ana@example.org</b>' in page


@pytest.mark.parametrize("model", [Idea, Post])
def test_publishing_stores_the_moderator(coordinator: Person, model: type[Idea | Post]) -> None:
    consultation, kind = led_by(coordinator.user), model._meta.model_name
    member = make_member(consultation.cohorts.get())
    written = model._default_manager.create(consultation=consultation, member=member, text="Идеја", written_at=NOW)
    answer = coordinator.client.post(f"{QUEUE}{kind}/{written.uuid}/", {"act": "show", "state": "waiting"})
    assert answer.headers["Location"] == QUEUE
    written.refresh_from_db()
    assert (written.state, written.read_by, written.refusal_reason) == ("shown", coordinator.user, "")
    assert AuditEvent.objects.get(action=f"{kind}.shown").subject_id == written.pk


def test_a_refusal_needs_a_reason_and_typed_text_stays(coordinator: Person) -> None:
    idea = write(led_by(coordinator.user), state="shown")
    address, form = f"{QUEUE}idea/{idea.uuid}/", {"act": "refuse", "state": "shown"}
    for reason in ("  ", "а" * 301, "а\x00"):
        answer = coordinator.client.post(address, {**form, "reason": reason})
        assert (answer.status_code, reason.strip("\x00 ") in answer.content.decode()) == (422, True)
    idea.refresh_from_db()
    assert idea.state == "shown"
    coordinator.client.post(address, {**form, "reason": "Ту је нечије име."})
    idea.refresh_from_db()
    assert (idea.state, idea.refusal_reason) == ("refused", "Ту је нечије име.")
    assert idea.text == "Да часови буду сваке године"


def test_second_decision_gets_a_conflict(coordinator: Person) -> None:
    idea = write(led_by(coordinator.user))
    moderation.approve_contribution(contribution=Idea.objects.get(), actor=coordinator.user, now=NOW)
    coordinator.client.post(f"{QUEUE}idea/{idea.uuid}/", {"act": "refuse", "state": "waiting", "reason": "Не"})
    idea.refresh_from_db()
    assert idea.state == "shown"


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
    Consultation.objects.update(state=ConsultationState.CLOSED)
    with pytest.raises(NotAllowedNow):
        moderation.post_as_facilitator(
            consultation=consultation, idea=None, text="Касно", actor=coordinator.user, now=NOW
        )
    coordinator.client.post(address, {"text": "Касно"})
    assert Post.objects.count() == 1
