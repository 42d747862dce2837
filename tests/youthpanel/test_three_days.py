"""One consultation in three phases on three days: every member uses one slip, and adults moderate between the phases."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.clients.staff import Person, signed_in
from tests.clock import travelling
from tests.factories.youthpanel import make_cohort, make_consultation
from tests.youthpanel.consultations.builders import make_question
from tests.youthpanel.consultations.participation.conftest import address
from tests.youthpanel.member_auth.conftest import OWN
from tests.youthpanel.member_auth.slips import visit, visit_first
from tests.youthpanel.members.sheets import cohort_of, xlsx
from youthpanel.member_auth import codes
from youthpanel.models import AnswerSheet, Consultation, Endorsement, Idea, InvitationCode, Participation, Phase, Post
from youthpanel.states import ConsultationState, ContributionState, PhaseActivity

pytestmark = pytest.mark.django_db
FIRST_DAY = datetime(2026, 10, 5, 8, tzinfo=UTC)
MEMBERS = 12
ADMIN = "/admin/youthpanel"
PHASES = (PhaseActivity.COLLECT, PhaseActivity.DISCUSS, PhaseActivity.ANSWER)


@contextmanager
def day(number: int, *, hour: int = 10) -> Iterator[Person]:
    """A time on this day, and a coordinator who signs in on it."""
    with travelling(FIRST_DAY + timedelta(days=number - 1, hours=hour - 8)):
        yield signed_in(f"coordinator-{number}-{hour}", "coordinator")


def imported_slips(coordinator: Person) -> dict[int, str]:
    """The codes of twelve members of a spreadsheet, from the PDF of slips: {primary key: code}."""
    cohort = make_cohort(begins_on=FIRST_DAY.date() - timedelta(days=30))
    sheet = SimpleUploadedFile("članovi.xlsx", xlsx(cohort_of(MEMBERS)))
    plan = coordinator.client.post(f"{ADMIN}/members/import/", {"cohort": cohort.pk, "file": sheet})
    state = {"state": plan.context["state"]}
    assert coordinator.client.post(f"{ADMIN}/members/import/", state).status_code == 302
    assert cohort.members.count() == MEMBERS
    answer = coordinator.client.post(
        f"{ADMIN}/codes/slips/", {"cohort": cohort.pk, "language": "sr", "members": "missing"}
    )
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer.content))
    printed = [code.replace("-", "") for code in re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", text)]
    holders = {bytes(each.digest): each.member_id for each in InvitationCode.objects.all()}
    return {holders[codes.digest(code)]: code for code in printed}


def arrive(code: str, *, first: bool = False) -> Client:
    """A new browser with the session of a member."""
    client = Client(enforce_csrf_checks=True, headers=OWN)
    assert (visit_first if first else visit)(client, code).status_code == 303
    return client


def moderate(adult: Person, *refused: str) -> None:
    """Show every contribution that waits, but these."""
    for each in [*Idea.objects.filter(state="waiting"), *Post.objects.filter(state="waiting")]:
        form = {"act": "show", "state": "waiting"}
        if each.text in refused:
            form = {"act": "refuse", "state": "waiting", "reason": "Ту је име."}
        kind = "idea" if isinstance(each, Idea) else "post"
        assert adult.client.post(f"{ADMIN}/moderation/{kind}/{each.uuid}/", form).status_code == 302


def shown_to(client: Client, consultation: Consultation) -> str:
    return client.get(address(consultation)).content.decode()


def test_one_slip_for_three_phases() -> None:
    with day(1, hour=8) as coordinator:
        slips = imported_slips(coordinator)
        cohort = InvitationCode.objects.select_related("member__cohort").earliest("pk").member.cohort
        consultation = make_consultation(cohort)
        for number, activity in enumerate(PHASES):
            begins = FIRST_DAY + timedelta(days=number)
            Phase.objects.create(
                consultation=consultation, feature=activity, starts_at=begins, ends_at=begins + timedelta(hours=12)
            )
        question = make_question(consultation)
    papers = list(slips.values())

    with day(1) as adult:
        consultation.facilitators.add(adult.user)
        for number, code in enumerate(papers):
            client = arrive(code, first=True)
            # The other phases are no part of this day.
            assert client.post(address(consultation), {"act": "say", "text": "Рано"}).status_code == 409
            text = "Нека одлучи наставник Ковач" if number == 2 else f"Идеја {number}"
            if number < 3:
                data = {"act": "propose", "text": text, "confirmed": "1"}
                assert client.post(address(consultation), data).status_code == 303
        moderate(adult, "Нека одлучи наставник Ковач")
    assert list(Idea.objects.order_by("pk").values_list("state", flat=True)) == ["shown", "shown", "refused"]

    with day(2) as adult:
        consultation.facilitators.add(adult.user)
        [loved, _other] = Idea.objects.filter(state=ContributionState.SHOWN).order_by("pk")
        for number, code in enumerate(papers):
            client = arrive(code)
            assert client.post(address(consultation), {"act": "propose", "text": "Касно"}).status_code == 409
            page = shown_to(client, consultation)
            assert ("Идеја 0" in page, "наставник Ковач" in page) == (True, number == 2)
            data = {"act": "say", "idea": str(loved.uuid), "text": f"Слажем се {number}"}
            assert number > 4 or client.post(address(consultation), data).status_code == 303
        assert "Слажем се 4" not in shown_to(arrive(papers[0]), consultation)
        moderate(adult)
        assert "Слажем се 4" in shown_to(arrive(papers[0]), consultation)

    with day(3) as adult:
        consultation.facilitators.add(adult.user)
        choices = list(question.choices.all())
        for number, code in enumerate(papers):
            data = {"act": "answer", f"q{question.pk}": choices[0 if number < 7 else 1].pk}
            assert arrive(code).post(address(consultation), data).status_code == 303
        # Every member still has the slip of the first day.
        assert {bytes(each.digest) for each in InvitationCode.objects.filter(void_since=None)} == {
            codes.digest(code) for code in papers
        }
        assert (AnswerSheet.objects.count(), Participation.objects.count()) == (MEMBERS, MEMBERS)
        assert not AnswerSheet.objects.exclude(member=None).exists()

    with day(4) as adult:
        consultation.facilitators.add(adult.user)
        place = f"{ADMIN}/consultations/{consultation.pk}/"
        state = {"state": "open", "confirmed": "on"}
        assert adult.client.post(f"{place}close/", state).status_code == 302
        assert adult.client.post(f"{place}reopen/").status_code == 302
        consultation.refresh_from_db()
        assert consultation.state == ConsultationState.OPEN
        assert adult.client.post(f"{place}close/", state).status_code == 302
        assert adult.client.post(f"{place}results/show/").status_code == 302
        adult.client.post(f"{place}reopen/")
        consultation.refresh_from_db()
        assert consultation.state == ConsultationState.CLOSED
        [result] = adult.client.get(f"{place}results/").context["found"].questions
        assert [row.count for row in result.rows] == [7, 5, 0]
        assert not Endorsement.objects.exists()
        # The slip is valid after the end of the consultation too.
        arrive(papers[5])
