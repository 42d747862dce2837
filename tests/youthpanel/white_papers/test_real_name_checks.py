"""Real names are refused in all texts that are published or recorded permanently."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone, translation

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person
from tests.factories.papers import both, make_handover, make_paper
from tests.factories.youthpanel import (
    NOW,
    make_cohort,
    make_consultation,
    make_meeting,
    make_member,
    make_recommendation,
)
from tests.youthpanel.white_papers.conftest import edition_of
from youthpanel.models import Chapter, Edition, EditionDraft, Handover, Quotation, Recommendation, Response, WhitePaper
from youthpanel.white_papers.exceptions import NotPublishable
from youthpanel.white_papers.publishing import start_edition

pytestmark = pytest.mark.django_db
NAME = "Милица Стојановић"
NAME_HINT = "A word here looks like the real name of a member"


@pytest.fixture(autouse=True)
def member() -> Any:
    with translation.override("en"):
        yield make_member(make_cohort(), contact={"name": NAME}, pseudonym="Храбри јеж")


def refusal(paper: WhitePaper, user: User, changes: Any = None) -> list[str]:
    with pytest.raises(NotPublishable) as caught:
        start_edition(paper=paper, changes=changes or both(""), actor=user, now=NOW)
    assert not EditionDraft.objects.exists()
    problems = caught.value.problems
    text = str(problems)
    assert not any(word in text for word in ("Милиц", "Стојанов", "Храбри"))
    assert all(problem.what.startswith(NAME_HINT) for problem in problems)
    return [problem.where for problem in problems]


def origin(title: str) -> Callable[[Recommendation], None]:
    def add(recommendation: Recommendation) -> None:
        recommendation.meetings.add(make_meeting(title_sr=title))

    return add


def quotation(text: str) -> Callable[[Recommendation], None]:
    def add(recommendation: Recommendation) -> None:
        consultation = make_consultation()
        recommendation.consultations.add(consultation)
        Quotation.objects.create(consultation=consultation, text_sr=text, approved_at=NOW)

    return add


PLACES: list[tuple[Callable[[Recommendation], object], str]] = [
    (lambda _: WhitePaper.objects.update(title_sr=f"Књига {NAME}"), "Title (српски)"),
    (lambda _: WhitePaper.objects.update(slug="knjiga-milica-stojanovic"), "Address (српски)"),
    (lambda _: WhitePaper.objects.update(foreword_en="<p>By <em>Stojanović</em> Milica</p>"), "Foreword (English)"),
    (lambda _: WhitePaper.objects.update(method_sr='<p><a href="https://example.org/milica-stojanovic">О томе</a></p>'),
        "How it was made (српски)"),
    (lambda _: Chapter.objects.filter(part="chapter").update(text_sr="<p>Милица</p><p>Стојановић</p>"), "Chapter 1 “Учимо” (српски)"),
    (lambda _: Chapter.objects.filter(part="annex").update(text_en="<ul><li>MILICA STOJANOVIC</li></ul>"), "Annex 1 “Питања” (English)"),
    (lambda _: Recommendation.objects.update(text_sr="Милицом Стојановић"), "Recommendation 1 “Час” (српски)"),
    (lambda _: Recommendation.objects.update(child_text_sr=NAME), "Recommendation 1 “Час”, in words for children (српски)"),
    (lambda _: Recommendation.objects.update(addressee_sr=NAME), "Recommendation 1 “Час”, addressed to (српски)"),
    (lambda _: Recommendation.objects.update(slug="milici-stojanovic"), "Recommendation 1, Address (српски)"),
    (origin(f"Код {NAME}"), "Recommendation 1, Sources (српски)"),
    (quotation(f"Ја, {NAME}, мислим"), "In their own words (српски)"),
]  # fmt: skip


@pytest.mark.parametrize(("write", "where"), PLACES, ids=[place for _write, place in PLACES])
def test_everywhere(write: Callable[[Recommendation], object], where: str, user: User) -> None:
    recommendation = make_recommendation(title_sr="Час")
    paper = make_paper(recommendation)
    write(recommendation)
    assert refusal(paper, user) == [where]
    event = AuditEvent.objects.get()
    assert (event.action, event.data) == ("names.searched", {"found": 1})
    assert (event.subject_id, event.actor_id) == (paper.pk, user.pk)


def test_in_the_list_of_changes(user: User) -> None:
    paper = make_paper()
    Edition.objects.create(paper=paper, number=1, content={}, issued_at=NOW, issued_by=user)
    assert refusal(paper, user, changes=both("Реч.", f"Thanks to {NAME}")) == ["What changed (English)"]


def test_without_the_keys_nothing_is_issued(user: User) -> None:
    paper = make_paper()
    with override_settings(SEALING_PRIVATE_KEYS=Path("/nonexistent")), pytest.raises(NotPublishable):
        start_edition(paper=paper, changes=both(""), actor=user, now=NOW)
    assert not EditionDraft.objects.exists()
    # A comparison that finds nothing is recorded too.
    start_edition(paper=paper, changes=both(""), actor=user, now=NOW)
    events = AuditEvent.objects.order_by("id").values_list("action", "data")
    assert list(events) == [("names.searched", {"found": 0}), ("paper.edition_started", {})]


@pytest.fixture
def submitted_recommendation(coordinator: Person) -> Recommendation:
    recommendation = make_recommendation()
    make_handover(edition_of(recommendation, coordinator.user), coordinator.user)
    return recommendation


def test_handover_and_response_with_a_real_name_are_refused(
    coordinator: Person, submitted_recommendation: Recommendation
) -> None:
    on = {"on": timezone.localdate().isoformat()}
    handover = on | {"edition": Edition.objects.get().pk, "recipient_sr": "Министарство", "recipient_en": ""}
    response = on | {"recommendation": submitted_recommendation.pk, "kind": "received", "text_sr": "", "text_en": ""}
    for kind, form, fields in (
        ("handover", handover | {"document": "Потврда"}, ("recipient_sr", "recipient_en", "document")),
        ("response", response | {"source": "1/26"}, ("text_sr", "text_en", "source")),
    ):
        address = f"/admin/youthpanel/{kind}/add/"
        for field in fields:
            page = coordinator.client.post(address, form | {field: "од Милице Стојановић"}).content.decode()
            assert f'id="id_{field}_error"' in page
            assert "од Милице Стојановић" in page
        with override_settings(SEALING_PRIVATE_KEYS=Path("/nonexistent")):
            assert coordinator.client.post(address, form).status_code == 200
        assert (Handover.objects.count(), Response.objects.count()) == ((1, 0) if kind == "handover" else (2, 0))
        assert coordinator.client.post(address, form).status_code == 302
    events = AuditEvent.objects.filter(action="names.searched", actor_id=coordinator.user.pk, data={"found": 1})
    assert events.count() == 6
