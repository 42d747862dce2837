"""Send to the lead: an idea or a post with its member, an anonymous answer as text only, with the day only."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone
from django.utils.timezone import localtime

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person, make_staff, signed_in
from tests.factories.youthpanel import make_consultation
from tests.youthpanel.member_auth.conftest import make_consenting
from tests.youthpanel.safeguarding.conftest import NOTES, TOKEN
from youthpanel.models import AnswerSheet, Consultation, Idea, Member, Post, SafeguardingNote
from youthpanel.states import ConsultationState, PhaseActivity

pytestmark = pytest.mark.django_db
NOTE_TEXT = "Код куће ме нико не слуша, само виче и удара."


@pytest.fixture
def consultation(member: Member, person: Person) -> Consultation:
    consultation = make_consultation(member.cohort)
    consultation.facilitators.set([person.user, make_staff("second", "safeguarding")])
    now = timezone.now()
    consultation.phases.create(
        feature=PhaseActivity.ANSWER, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(days=1)
    )
    return consultation


def answered(consultation: Consultation, *, anonymous: bool = True) -> int:
    """Six answers to an open question, one of them `NOTE_TEXT`; the question. The consultation is closed, its results are shown."""
    consultation.anonymous = anonymous
    consultation.state = ConsultationState.CLOSED
    consultation.results_shown_on = timezone.localdate()
    consultation.save()
    question = consultation.questions.create(kind="open", text_sr="Шта још?", order=1)
    for number in range(6):
        AnswerSheet.objects.create(
            consultation=consultation,
            day=timezone.localdate(),
            member=None if anonymous else make_consenting(consultation.cohorts.get()),
            answers={str(question.pk): {"text": NOTE_TEXT if number == 3 else f"Ништа {number}"}},
        )
    return question.pk


@pytest.mark.parametrize("model", [Idea, Post])
def test_a_contribution_carries_its_member(
    consultation: Consultation, member: Member, person: Person, safeguarding: Person, model: Any
) -> None:
    fields = {"consultation": consultation, "member": member, "text": NOTE_TEXT, "written_at": timezone.now()}
    contribution, kind = model.objects.create(**fields), model._meta.model_name
    address = f"{NOTES}send/{kind}/{contribution.uuid}/"
    assert NOTE_TEXT in person.client.get(address).content.decode()
    assert not SafeguardingNote.objects.exists()
    answer = person.client.post(address, {"urgent": "on", "send": "1"}, follow=True)
    assert answer.redirect_chain == [(f"/admin/youthpanel/consultations/{consultation.pk}/", 302)]
    note = SafeguardingNote.objects.get()
    assert (note.source, note.member, note.urgent, note.written_by) == (kind, member, True, person.user)
    assert NOTE_TEXT in safeguarding.client.post(f"{NOTES}{note.pk}/open/").content.decode()
    # The idea itself stays as it was, for its author too.
    contribution.refresh_from_db()
    assert (contribution.state, contribution.read_by) == ("waiting", None)


def test_an_anonymous_answer_is_text_and_day_only(
    consultation: Consultation, person: Person, safeguarding: Person
) -> None:
    answered(consultation)
    results = person.client.get(f"/admin/youthpanel/consultations/{consultation.pk}/results/").content.decode()
    address = f"{NOTES}send/answer/{consultation.pk}/"
    assert results.count(f'action="{address}"') == 6
    assert NOTE_TEXT in person.client.post(address, {"text": NOTE_TEXT}).content.decode()
    assert not SafeguardingNote.objects.exists()
    person.client.post(address, {"text": NOTE_TEXT, "send": "1"})
    note = SafeguardingNote.objects.get()
    assert (note.source, note.member) == ("answer", None)
    event = AuditEvent.objects.get(subject_table="youthpanel_safeguardingnote")
    for moment in (note.written_at, event.at):
        local = localtime(moment)
        assert (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    assert event.data == {"source": "answer"}
    assert note.uuid not in set(AnswerSheet.objects.values_list("pk", flat=True))
    response = safeguarding.client.post(f"{NOTES}{note.pk}/open/")
    assert response.context["content"].text == NOTE_TEXT


def test_an_answer_under_a_pseudonym_carries_its_author_if_there_is_one(
    consultation: Consultation, person: Person
) -> None:
    answered(consultation, anonymous=False)
    author = AnswerSheet.objects.get(answers__icontains="виче").member
    address = f"{NOTES}send/answer/{consultation.pk}/"
    assert author is not None
    assert author.pseudonym not in person.client.post(address, {"text": NOTE_TEXT}).content.decode()
    person.client.post(address, {"text": NOTE_TEXT, "send": "1"})
    assert SafeguardingNote.objects.get().member == author
    # Two wrote the same, or the text was shortened: no author is guessed.
    AnswerSheet.objects.exclude(member=author).update(answers={"1": {"text": "Исто"}})
    for text in ("Исто", "виче"):
        person.client.post(address, {"text": text, "send": "1"})
        assert SafeguardingNote.objects.latest("pk").member is None


def test_paper_and_flipchart_offer_it_without_saving_the_sheet(consultation: Consultation, person: Person) -> None:
    question = consultation.questions.create(kind="open", text_sr="Шта још?", order=1)
    address = f"{NOTES}send/answer/{consultation.pk}/"
    for page, field in (("paper/", f"q{question.pk}"), ("flipchart/", "lines")):
        content = person.client.get(f"/admin/youthpanel/consultations/{consultation.pk}/{page}").content.decode()
        assert f'formaction="{address}"' in content
        assert NOTE_TEXT in person.client.post(address, {"field": field, field: NOTE_TEXT}).content.decode()
    assert not AnswerSheet.objects.exists()
    assert not SafeguardingNote.objects.exists()
    assert person.client.post(address, {"text": " ", "send": "1"}).status_code == 422


def test_without_keys_nothing_is_sent(consultation: Consultation, member: Member, person: Person) -> None:
    idea = Idea.objects.create(consultation=consultation, member=member, text=NOTE_TEXT, written_at=timezone.now())
    with override_settings(SEALING_PUBLIC_KEYS=Path("/nonexistent")):
        for address, form in (
            (f"{NOTES}send/idea/{idea.uuid}/", {"send": "1"}),
            (f"{NOTES}send/answer/{consultation.pk}/", {"send": "1", "text": NOTE_TEXT}),
        ):
            answer = person.client.post(address, form)
            assert answer.status_code == 422
            assert NOTE_TEXT in answer.content.decode()
    assert not SafeguardingNote.objects.exists()


def test_the_author_and_other_facilitators_see_nothing_of_it(
    consultation: Consultation, member: Member, person: Person, enter: Callable[[Member], Client], coordinator: User
) -> None:
    idea = Idea.objects.create(consultation=consultation, member=member, text=NOTE_TEXT, written_at=timezone.now())
    other, child = signed_in("other", "coordinator"), enter(member)
    consultation.facilitators.add(other.user)

    def page_texts() -> list[str]:
        paths = ("moderation/", f"consultations/{consultation.pk}/talk/", f"consultations/{consultation.pk}/results/")
        pages = [other.client.get(f"/admin/youthpanel/{path}") for path in paths]
        pages += [child.get(f"/sr/youth-panel/{path}") for path in ("me/", f"consultations/{consultation.slug}/")]
        return [TOKEN.sub("", page.content.decode()) for page in pages]

    before = page_texts()
    person.client.post(f"{NOTES}send/idea/{idea.uuid}/", {"send": "1"})
    assert SafeguardingNote.objects.count() == 1
    assert page_texts() == before
