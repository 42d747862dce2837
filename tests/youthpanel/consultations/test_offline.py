"""Bulk entry of paper answers and flipchart ideas, which count in the same results."""

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories.youthpanel import NOW
from tests.signing import Person, make_staff
from tests.youthpanel.consultations.builders import asking
from youthpanel.consultations.bulk_entry import IdeaLine, parse_lines, save_meeting_ideas
from youthpanel.models import AnswerSheet, Consultation, Idea, Participation
from youthpanel.states import ConsultationState

pytestmark = pytest.mark.django_db


def test_sheets_are_typed_one_after_the_other(coordinator: Person) -> None:
    consultation, [one, opened] = asking("single", "open", other=True)
    consultation.facilitators.set([coordinator.user])
    address = f"/admin/youthpanel/consultations/{consultation.pk}/paper/"
    choice = one.choices.all()[2]
    page = coordinator.client.post(address, {"n": "0", f"q{one.pk}": choice.pk, f"q{opened.pk}": "Са папира"})
    assert page.status_code == 200
    assert "1 sheet typed so far." in page.content.decode()
    page = coordinator.client.post(address, {"n": "1", f"q{one.pk}": "other", f"q{one.pk}_other": ""})
    assert page.status_code == 422
    assert "Write your answer here, or choose another one." in page.content.decode()
    assert 'name="n" value="1"' in page.content.decode()
    page = coordinator.client.post(address, {"n": "1", f"q{opened.pk}": "Други папир"})
    assert "2 sheets typed so far." in page.content.decode()
    assert "Други папир" not in page.content.decode()
    assert sorted(sheet.answers[str(opened.pk)]["text"] for sheet in AnswerSheet.objects.all()) == [
        "Други папир",
        "Са папира",
    ]
    assert not Participation.objects.exists()


def test_nothing_is_added_to_what_is_closed(coordinator: Person) -> None:
    consultation, [opened] = asking("open", state=ConsultationState.CLOSED)
    consultation.facilitators.set([coordinator.user])
    base = f"/admin/youthpanel/consultations/{consultation.pk}"
    assert coordinator.client.post(f"{base}/paper/", {f"q{opened.pk}": "Касно"}).status_code == 422
    assert "not open" in coordinator.client.post(f"{base}/flipchart/", {"lines": "Касно; 3"}).content.decode()
    assert not AnswerSheet.objects.exists()
    assert not Idea.objects.exists()


def test_only_facilitators_add(coordinator: Person) -> None:
    consultation, [opened] = asking("open")
    base = f"/admin/youthpanel/consultations/{consultation.pk}"
    assert coordinator.client.post(f"{base}/paper/", {f"q{opened.pk}": "Туђе"}).status_code == 403
    with pytest.raises(PermissionDenied):
        save_meeting_ideas(consultation=consultation, lines=[IdeaLine("Туђе", 1)], actor=make_staff("x"), now=NOW)
    assert not AnswerSheet.objects.exists()


def test_ideas_of_the_flipchart(coordinator: Person) -> None:
    consultation, _questions = asking("open")
    consultation.facilitators.set([coordinator.user])
    address = f"/admin/youthpanel/consultations/{consultation.pk}/flipchart/"
    typed = "Час сваке године; 14\n\nЉубазно; али строго; 3\nБез гласања"
    wrong = coordinator.client.post(address, {"lines": f"{typed}\nЛоше; много"})
    assert wrong.status_code == 422
    assert "Line 5: After the semicolon there is a number up to 500, not “много”." in wrong.content.decode()
    assert "Љубазно; али строго; 3" in wrong.content.decode()
    assert not Idea.objects.exists()
    assert coordinator.client.post(address, {"lines": typed}).status_code == 302
    assert dict(Idea.objects.values_list("text", "counted")) == {
        "Без гласања": 0,
        "Час сваке године": 14,
        "Љубазно; али строго": 3,
    }
    assert set(Idea.objects.values_list("state", "member", "read_by")) == {("shown", None, coordinator.user.pk)}


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("", 1),
        ("  \n ", 1),
        ("; 3", 1),
        ("а; 501", 1),
        ("а; -1", 1),
        ("а; ٣", 1),
        ("а" * 2001, 1),
        ("а\x00", 1),
        ("а\n" * 101, 1),
    ],
)
def test_what_is_wrong_with_a_line(typed: str, number: int) -> None:
    assert len(parse_lines(typed)[1]) == number


def test_a_line_may_end_with_a_semicolon() -> None:
    assert parse_lines("Идеја;") == ([IdeaLine("Идеја", 0)], [])
    assert Consultation.objects.count() == 0
