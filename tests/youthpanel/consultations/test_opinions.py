"""Opinion cards: statements, votes sent once, figures computed at closing, and the pages of members and staff."""

import io
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from clicksafely.accounts.models import User
from clicksafely.common.exceptions import ActionRefused, EditConflict
from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person, make_staff, signed_in
from tests.database import as_role_of
from tests.factories.youthpanel import NOW, make_cohort, make_consultation, make_member
from tests.youthpanel.conftest import coordinator
from tests.youthpanel.consultations.builders import (
    CAMPS,
    STATEMENTS,
    close,
    make_round,
    open_opinion_cards,
    script,
    show,
    vote,
)
from tests.youthpanel.consultations.participation.conftest import Held, address, held, make_idea, move_on
from tests.youthpanel.member_auth.conftest import ME, code_of, cohort, enter, member
from youthpanel.consultations import opinions, workflow
from youthpanel.consultations.exceptions import AlreadyAnswered, NotAllowedNow
from youthpanel.consultations.opinion_results import opinion_results
from youthpanel.consultations.participation.cards import VOTE_LABELS
from youthpanel.members.erasure import erase_member
from youthpanel.models import (
    Cohort,
    Consultation,
    Member,
    OpinionParticipation,
    OpinionRound,
    OpinionSheet,
    Statement,
)
from youthpanel.states import ConsultationState, PhaseActivity

__all__ = ["code_of", "cohort", "coordinator", "enter", "held", "member"]
pytestmark = pytest.mark.django_db
Enter = Callable[[Member], Client]


def test_forty_members_from_the_first_card_to_the_groups() -> None:
    consultation, opinion_round = open_opinion_cards()
    cohort, actor = consultation.cohorts.get(), make_staff("prva", "coordinator")
    members = [make_member(cohort) for _number in range(40)]
    for each, votes in zip(members, script(40), strict=True):
        vote(consultation, each, votes)
    assert (opinion_round.sheets.count(), opinion_round.participations.count()) == (40, 40)
    assert opinion_results(consultation) == []
    close(consultation, actor)
    # Undone and closed again: the same figures, once more computed from the same sheets.
    first = OpinionRound.objects.get().figures
    with as_role_of("staff"):
        workflow.undo_closing(consultation=consultation, actor=actor, now=NOW)
    assert OpinionRound.objects.get().figures is None
    close(consultation, actor)
    assert OpinionRound.objects.get().figures == first
    assert opinion_round.sheets.count() == 40
    show(consultation, actor)
    assert not OpinionSheet.objects.exists()
    assert not OpinionParticipation.objects.exists()
    consultation.refresh_from_db()
    [found] = opinion_results(consultation)
    assert (found.sheets, found.groups) == (40, (("Група А", 24), ("Група Б", 16)))
    assert [each.statement.order for each in found.agreements] in ([1, 2], [2, 1])
    assert {each.agreement for each in found.agreements} == {"agree"}
    assert len(found.divisions) == 6
    for each in found.statements:
        everyone, larger, smaller = each.bars
        for bar in each.bars:
            assert all(0 < share < 100 for share in (bar.agree, bar.unsure, bar.disagree))
        # Totals are the sums of the published counts.
        assert abs(everyone.agree * 40 - larger.agree * 24 - smaller.agree * 16) <= 40
    # The figures hold no sheet, and never change again, not even when a member is erased.
    assert set(first) == {"sheets", "groups"}
    assert all(set(group) == {"size", "counts"} for group in first["groups"])
    for change in ({"figures": None}, {"figures": {}}, {"number": 7}):
        with pytest.raises(DatabaseError, match="were shown"), transaction.atomic():
            OpinionRound.objects.update(**change)
    erase_member(members[3], actor, NOW)
    assert OpinionRound.objects.get().figures == first


@pytest.mark.parametrize(("number", "sheets", "bars"), [(4, None, 0), (5, 5, 1), (20, 20, 3)])
def test_totals_from_five_and_groups_from_twenty(number: int, sheets: int | None, bars: int) -> None:
    consultation, _opinion_round = open_opinion_cards()
    cohort, actor = consultation.cohorts.get(), make_staff("prva", "coordinator")
    for votes in script(number):
        vote(consultation, make_member(cohort), votes)
    close(consultation, actor)
    show(consultation, actor)
    consultation.refresh_from_db()
    [found] = opinion_results(consultation)
    assert found.sheets == sheets
    assert {len(each.bars) for each in found.statements} == ({bars} if bars else set())
    assert bool(found.agreements) == (number >= 20)
    assert not OpinionSheet.objects.exists()


def test_once_and_only_on_the_cards_of_the_phase() -> None:
    consultation, opinion_round = open_opinion_cards()
    voter = make_member(consultation.cohorts.get())
    vote(consultation, voter, CAMPS[0])
    with pytest.raises(AlreadyAnswered):
        vote(consultation, voter, CAMPS[1])
    refused: list[tuple[type[Exception], Callable[[Member], None]]] = [
        (NotAllowedNow, lambda other: vote(consultation, make_member(), CAMPS[0])),
        (NotAllowedNow, lambda other: vote(consultation, other, CAMPS[0], now=NOW + timedelta(days=2))),
        (ActionRefused, lambda other: vote(consultation, other, CAMPS[0][:7])),
        (ActionRefused, lambda other: vote(consultation, other, (*CAMPS[0][:7], 2))),
        (ActionRefused, lambda other: vote(consultation, other, ())),
        (EditConflict, lambda other: opinions.save_votes(consultation=consultation, member=other, votes={-1: 1}, now=NOW)),
    ]  # fmt: skip
    for error, act in refused:
        with pytest.raises(error):
            act(make_member(consultation.cohorts.get()))
    assert (opinion_round.sheets.count(), opinion_round.participations.count()) == (1, 1)
    for state in ("draft", "closed", "reported"):
        Consultation.objects.update(state=state)
        with pytest.raises(NotAllowedNow):
            vote(consultation, make_member(consultation.cohorts.get()), CAMPS[0])


def test_a_new_round_has_its_own_votes_without_a_link(coordinator: User) -> None:
    consultation, opinion_round = open_opinion_cards(anonymous=False)
    consultation.facilitators.set([coordinator])
    cohort = consultation.cohorts.get()
    with pytest.raises(EditConflict):
        opinions.start_round(consultation=consultation, actor=coordinator, now=NOW)
    members = [make_member(cohort) for _number in range(6)]
    for each in members:
        vote(consultation, each, CAMPS[0])
    new = [{"sr": f"Нова {number}", "en": ""} for number in range(5)]
    with as_role_of("staff"):
        with pytest.raises(ActionRefused):
            opinions.save_statements(consultation=consultation, statements=new, actor=coordinator, now=NOW)  # type: ignore[arg-type]
        opinions.start_round(consultation=consultation, actor=coordinator, now=NOW)
        opinions.save_statements(consultation=consultation, statements=new, actor=coordinator, now=NOW)  # type: ignore[arg-type]
    for each in reversed(members):
        vote(consultation, each, CAMPS[1][:5])
    assert [each.sheets.count() for each in consultation.opinion_rounds.all()] == [6, 6]
    assert {field.attname for field in OpinionSheet._meta.concrete_fields} == {"id", "round_id", "votes"}
    close(consultation, coordinator)
    assert [each.figures["sheets"] for each in consultation.opinion_rounds.all()] == [6, 6]
    assert opinion_round.pk == consultation.opinion_rounds.first().pk  # type: ignore[union-attr]


def test_statements_are_fixed_by_the_first_vote_in_the_database_too() -> None:
    consultation, opinion_round = open_opinion_cards()
    vote(consultation, make_member(consultation.cohorts.get()), CAMPS[0])
    other = OpinionRound.objects.create(consultation=consultation, number=2)
    changes: tuple[Callable[[], object], ...] = (
        lambda: opinion_round.statements.all().delete(),
        lambda: Statement.objects.create(round=opinion_round, order=9, text_sr="Касна"),
        lambda: other.statements.create(order=1, text_sr="Премештена") and other.statements.update(round=opinion_round),
    )
    for change in changes:
        with pytest.raises(DatabaseError, match="votes were given"), transaction.atomic():
            change()
    # The name of an erased member can still be removed from one.
    opinion_round.statements.update(text_sr="[…]")


# Pages of members.


def fields(opinion_round: OpinionRound, votes: Sequence[int] = CAMPS[0]) -> dict[str, str]:
    return {
        f"s{pk}": str(value)
        for pk, value in zip(opinion_round.statements.values_list("pk", flat=True), votes, strict=False)
    }


def test_a_member_sees_gaps_checks_and_sends_once(held: Held, member: Member, enter: Enter) -> None:
    consultation, client = held(PhaseActivity.OPINIONS), enter(member)
    assert 'type="radio"' not in client.get(address(consultation)).content.decode()
    opinion_round = make_round(consultation)
    page = client.get(address(consultation)).content.decode()
    assert page.count('type="radio"') == 8 * len(VOTE_LABELS)
    assert "checked" not in page
    data = {"act": "vote", **fields(opinion_round)}
    first, *_others = opinion_round.statements.all()
    # A gap is not "not sure": the page names it, with all other votes kept.
    gap = client.post(address(consultation), {key: value for key, value in data.items() if key != f"s{first.pk}"})
    assert gap.status_code == 422
    assert f'href="#id_s{first.pk}"' in gap.content.decode()
    assert gap.content.decode().count(" checked") == 7
    # Not even with the button of the next step.
    assert client.post(address(consultation), {"act": "vote", "confirmed": "1"}).status_code == 422
    review = client.post(address(consultation), data)
    assert review.status_code == 422
    assert review.context["outcome"].is_review
    assert review.content.decode().count('type="radio"') == 0
    changed = client.post(address(consultation), {**data, "change": "1"})
    assert changed.content.decode().count(" checked") == 8
    assert not OpinionSheet.objects.exists()
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    response = client.post(address(consultation), {**data, "confirmed": "1"})
    assert response["Location"].endswith("?done=vote")
    assert OpinionSheet.objects.get().votes == {key[1:]: int(value) for key, value in fields(opinion_round).items()}
    assert OpinionParticipation.objects.get().member == member
    assert set(AuditEvent.objects.values_list("pk", flat=True)) == before
    assert 'type="radio"' not in client.get(address(consultation)).content.decode()
    assert [call.done for call in client.get(ME).context["calls"].now] == [True]
    again = client.post(address(consultation), {**data, "confirmed": "1"})
    assert again.status_code == 409
    assert again.context["unsaved_text"] == ""
    assert OpinionSheet.objects.count() == 1


def test_the_cards_change_or_the_phase_ends_while_a_member_votes(held: Held, member: Member, enter: Enter) -> None:
    consultation, client = held(PhaseActivity.OPINIONS), enter(member)
    data = {"act": "vote", "confirmed": "1", **fields(make_round(consultation))}
    facilitator = consultation.facilitators.all()[0]
    texts: Any = [{"sr": text, "en": ""} for text in STATEMENTS]
    opinions.save_statements(consultation=consultation, statements=texts, actor=facilitator, now=NOW)
    assert client.post(address(consultation), data).status_code == 422
    move_on(consultation)
    data = {"act": "vote", "confirmed": "1", **fields(consultation.opinion_rounds.get())}
    assert client.post(address(consultation), data).status_code == 409
    assert not OpinionSheet.objects.exists()
    assert not OpinionParticipation.objects.exists()


def test_the_results_for_members(held: Held, cohort: Cohort, member: Member, enter: Enter) -> None:
    consultation, now = held(PhaseActivity.OPINIONS), timezone.now()
    opinion_round = make_round(consultation)
    for votes in script(20):
        vote(consultation, make_member(cohort), votes, now=now)
    actor = consultation.facilitators.all()[0]
    close(consultation, actor)
    client = enter(member)
    assert "data-opinions" not in client.get(address(consultation)).content.decode()
    Consultation.objects.update(outcome_sr="Хвала!")
    with as_role_of("staff"):
        workflow.change_state(consultation=consultation, to=ConsultationState.REPORTED, actor=actor, now=now)
    assert not OpinionSheet.objects.exists()
    page = client.get(address(consultation)).content.decode()
    assert page.count("data-shares=") == 8 * 2
    assert not re.search(r"<td>\s*(0|100) %", page)
    # The points of agreement come first.
    assert page.index("Тврдња број 1") < page.index("Тврдња број 3")
    # The page is the same for every member: the own group is found in the browser.
    assert page.count("data-own-group") == 1
    assert "is-own" not in page
    assert f'data-opinions="{opinion_round.pk}"' in page


# Pages of staff.


def statements_page(consultation: Consultation) -> str:
    return f"/admin/youthpanel/consultations/{consultation.pk}/cards/"


def test_statements_are_written_chosen_and_checked() -> None:
    person: Person = signed_in("urednica", "coordinator")
    person.client.cookies["lang"] = "en"
    consultation = make_consultation(make_cohort(), features=(PhaseActivity.COLLECT,), state="open")
    page = statements_page(consultation)
    assert person.client.get(page).status_code == 403
    consultation.facilitators.set([person.user])
    short = make_idea(consultation, None, text="Телефони\nсу у торби")
    make_idea(consultation, None, text="Предуго " * 30)
    make_idea(consultation, None, text="Чека", state="waiting")
    html = person.client.get(page).content.decode()
    assert [word in html for word in ("су у торби", "Предуго", "Чека")] == [True, False, False]
    typed = "\n".join(STATEMENTS[:4])
    for sr, en in (
        ("Само једна", ""),
        ("\n".join(f"Тврдња {number}" for number in range(31)), ""),
        ("\n".join([*STATEMENTS[:5], "а" * 141]), ""),
        ("\n".join([*STATEMENTS[:5], STATEMENTS[0].upper()]), ""),
        ("\n".join(STATEMENTS[:5]), "One"),
    ):
        refused = person.client.post(page, {"sr": sr, "en": en})
        assert refused.status_code == 422
        assert sr.splitlines()[-1] in refused.content.decode()
    assert not Statement.objects.exists()
    assert person.client.post(page, {"sr": typed, "en": "", "ideas": [short.pk]}).status_code == 302
    opinion_round = OpinionRound.objects.get()
    assert [each.text_sr for each in opinion_round.statements.all()] == [*STATEMENTS[:4], "Телефони су у торби"]  # type: ignore[attr-defined]
    # Changed as long as no member has voted; a name is pointed out.
    warned = person.client.post(page, {"sr": "\n".join([*STATEMENTS[:5], "Пита Ана Анић"]), "en": ""}, follow=True)
    assert any("Ана Анић" in str(message) for message in warned.context["messages"])
    assert opinion_round.statements.count() == 6
    assert AuditEvent.objects.filter(action="consultation.statements_saved").count() == 2


def test_a_round_with_votes_is_a_list_and_a_new_one_begins() -> None:
    person: Person = signed_in("urednica", "coordinator")
    consultation, _opinion_round = open_opinion_cards()
    consultation.facilitators.set([person.user])
    page, form = statements_page(consultation), {"sr": "\n".join(STATEMENTS[:5]), "en": ""}
    vote(consultation, make_member(consultation.cohorts.get()), CAMPS[0])
    assert 'name="sr"' not in person.client.get(page).content.decode()
    assert person.client.post(page, form).status_code == 422
    # Sent twice.
    for _twice in range(2):
        assert person.client.post(f"{page}next/").status_code == 302
    assert 'name="sr"' in person.client.get(page).content.decode()
    assert consultation.opinion_rounds.count() == 2
    Consultation.objects.update(state="closed")
    person.client.post(f"{page}next/")
    person.client.post(page, form)
    assert (consultation.opinion_rounds.count(), Statement.objects.count()) == (2, 8)


def test_results_for_staff_as_a_page_and_a_spreadsheet() -> None:
    person: Person = signed_in("urednica", "coordinator")
    person.client.cookies["lang"] = "en"
    consultation, opinion_round = open_opinion_cards()
    for votes in script(20):
        vote(consultation, make_member(consultation.cohorts.get()), votes)
    base = f"/admin/youthpanel/consultations/{consultation.pk}/"
    person.client.post(f"{base}close/", {"confirmed": "on"})
    assert "bar-agree" not in person.client.get(f"{base}results/").content.decode()
    person.client.post(f"{base}results/show/")
    html = person.client.get(f"{base}results/").content.decode()
    assert html.count('class="bar-agree"') == 8 * 3
    book = load_workbook(io.BytesIO(person.client.get(f"{base}results.xlsx").content))
    rows = list(book["Opinion cards 1"].iter_rows(values_only=True))
    assert [row[1] for row in rows[:3]] == [20, 12, 8]
    shares = [cell for row in rows[5:] for cell in row[1:]]
    assert len(shares) == 8 * 9
    assert all(0 < share < 100 for share in shares)
    assert not opinion_round.sheets.exists()
