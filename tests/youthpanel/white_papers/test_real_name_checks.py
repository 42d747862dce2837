"""Real names are refused in all texts that are published or recorded permanently."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone, translation

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person, signed_in
from tests.factories.papers import both, make_handover, make_paper
from tests.factories.youthpanel import (
    NOW,
    make_cohort,
    make_consultation,
    make_meeting,
    make_member,
    make_recommendation,
)
from youthpanel.models import Chapter, Edition, EditionDraft, Handover, Quotation, Recommendation, Response, WhitePaper
from youthpanel.white_papers.exceptions import EntryRejected, NotPublishable
from youthpanel.white_papers.publishing import start_edition
from youthpanel.white_papers.services import record_handover

pytestmark = pytest.mark.django_db
NAME = "Милица Стојановић"
NAME_HINT = "A word here looks like the real name of a member"


@pytest.fixture(autouse=True)
def member() -> Any:
    with translation.override("en"):
        yield make_member(make_cohort(), contact={"name": NAME}, pseudonym="Храбри јеж")


@pytest.fixture
def user() -> User:
    return User.objects.create_user("coordinator")


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
    (lambda _: WhitePaper.objects.update(foreword_sr=f"<p>Пише {NAME}.</p>"), "Foreword (српски)"),
    (lambda _: WhitePaper.objects.update(foreword_en="<p>By <em>Stojanović</em> Milica</p>"), "Foreword (English)"),
    (lambda _: WhitePaper.objects.update(foreword_sr="<p><strong>М</strong>илици Стојановић</p>"), "Foreword (српски)"),
    (lambda _: WhitePaper.objects.update(method_sr='<p><a href="https://example.org/milica-stojanovic">О томе</a></p>'),
        "How it was made (српски)"),
    (lambda _: Chapter.objects.filter(part="chapter").update(text_sr="<p>Милица</p><p>Стојановић</p>"), "Chapter 1 “Учимо” (српски)"),
    (lambda _: Chapter.objects.filter(part="annex").update(text_en="<ul><li>MILICA STOJANOVIC</li></ul>"), "Annex 1 “Питања” (English)"),
    (lambda _: Recommendation.objects.update(text_sr="Милицом Стојановић"), "Recommendation 1 “Час” (српски)"),
    (lambda _: Recommendation.objects.update(text_en="<Milica Stojanović>"), "Recommendation 1 “Час” (English)"),
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
    assert (event.action, event.subject_id, event.actor_id, event.data) == (
        "names.searched",
        paper.pk,
        user.pk,
        {"found": 1},
    )


def test_in_the_list_of_changes(user: User) -> None:
    paper = make_paper()
    Edition.objects.create(paper=paper, number=1, content={}, issued_at=NOW, issued_by=user)
    assert refusal(paper, user, changes=both("Реч.", f"Thanks to {NAME}")) == ["What changed (English)"]


def test_names_are_read_only_when_nothing_else_is_wrong(user: User) -> None:
    paper = make_paper(foreword_sr=f"<p>{NAME} TODO</p>")
    with pytest.raises(NotPublishable) as caught:
        start_edition(paper=paper, changes=both(""), actor=user, now=NOW)
    assert [problem.what for problem in caught.value.problems] == ["“TODO” is still a placeholder. Replace it."]
    assert not AuditEvent.objects.exists()


def test_a_paper_without_names_is_issued_and_the_comparison_is_recorded(user: User) -> None:
    start_edition(paper=make_paper(), changes=both(""), actor=user, now=NOW)
    assert list(AuditEvent.objects.order_by("id").values_list("action", "data")) == [
        ("names.searched", {"found": 0}),
        ("paper.edition_started", {}),
    ]


def test_without_the_keys_nothing_is_issued(user: User) -> None:
    with override_settings(SEALING_PRIVATE_KEYS=Path("/nonexistent")), pytest.raises(NotPublishable) as caught:
        start_edition(paper=make_paper(), changes=both(""), actor=user, now=NOW)
    assert "keys of the panel are not available" in caught.value.problems[0].what
    assert not EditionDraft.objects.exists()


@pytest.fixture
def coordinator() -> Person:
    person = signed_in("koordinatorka", "coordinator")
    person.client.cookies["lang"] = "en"
    return person


@pytest.fixture
def submitted_recommendation(coordinator: Person) -> Recommendation:
    recommendation = make_recommendation()
    edition = Edition.objects.create(
        paper=make_paper(recommendation),
        number=1,
        content={"recommendations": [{"id": recommendation.pk}]},
        issued_at=timezone.now() - timedelta(days=10),
        issued_by=coordinator.user,
    )
    make_handover(edition, coordinator.user)
    return recommendation


@pytest.mark.parametrize("field", ["recipient_sr", "recipient_en", "document"])
def test_handover_with_a_real_name_is_refused(
    field: str, coordinator: Person, submitted_recommendation: Recommendation
) -> None:
    edition = Edition.objects.get()
    form = {
        "edition": edition.pk,
        "recipient_sr": "Министарство",
        "recipient_en": "",
        "document": "Потврда",
        "on": timezone.localdate().isoformat(),
    }
    answer = coordinator.client.post("/admin/youthpanel/handover/add/", form | {field: "од Милице Стојановић"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert NAME_HINT in page
    assert f'id="id_{field}_error"' in page
    assert "од Милице Стојановић" in page
    assert Handover.objects.count() == 1
    assert AuditEvent.objects.filter(action="names.searched", actor_id=coordinator.user.pk, data={"found": 1}).exists()
    with pytest.raises(EntryRejected) as caught:
        record_handover(
            edition=edition,
            recipient=both(NAME),
            on=timezone.localdate(),
            document="",
            actor=coordinator.user,
            now=timezone.now(),
        )
    assert caught.value.field == "recipient_sr"


@pytest.mark.parametrize("field", ["text_sr", "text_en", "source"])
def test_response_with_a_real_name_is_refused(
    field: str, coordinator: Person, submitted_recommendation: Recommendation
) -> None:
    form = {
        "recommendation": submitted_recommendation.pk,
        "kind": "received",
        "on": timezone.localdate().isoformat(),
        "text_sr": "",
        "text_en": "",
        "source": "1/26",
    }
    answer = coordinator.client.post("/admin/youthpanel/response/add/", form | {field: "Stojanović Milica"})
    page = answer.content.decode()
    assert NAME_HINT in page
    assert f'id="id_{field}_error"' in page
    assert "Stojanović Milica" in page
    assert not Response.objects.exists()
    with override_settings(SEALING_PRIVATE_KEYS=Path("/nonexistent")):
        assert (
            "keys of the panel are not available"
            in coordinator.client.post("/admin/youthpanel/response/add/", form).content.decode()
        )
    assert coordinator.client.post("/admin/youthpanel/response/add/", form).status_code == 302
