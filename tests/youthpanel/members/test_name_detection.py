"""Comparison of texts with members' names: matches, permissions, audit."""

import pytest

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from clicksafely.common.serbian.search_folding import fold
from tests.factories.youthpanel import NOW, make_cohort, make_member
from tests.timing import seconds
from youthpanel.members.erasure import erase_member
from youthpanel.members.name_detection import find_real_names, find_real_names_audited, name_occurs_in, name_words
from youthpanel.models import Member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "written", "found"),
    [
        ("Милица Стојановић", "Хвала Милици Стојановић.", True),
        ("Милица Стојановић", "STOJANOVIĆ MILICA", True),
        ("Милица Стојановић", "Мили\u00adца Сто\u00adјановић", True),
        ("Милица Стојановић", "Милица, ученица; Стојановић", False),
        ("Александар Врабац", "са Александром Врапцем и Aleksandrom Vrabcem", True),
        ("Ана-Марија Савић", "Ана Марија Савић", True),
        ("Ана Марија Савић", "Рекла је Ана Савић", True),
        ("Ана Марија Савић", "Ана Марија је дошла", False),
        ("Иван Илић", "Ивановић Илија", False),
    ],
)
def test_a_name_is_found_as_people_write_it(name: str, written: str, found: bool) -> None:
    make_member(contact={"name": name})
    assert bool(find_real_names(["Друго", written])) == found


@pytest.mark.parametrize("before", [0, 249, 251, 400, 50_000])
def test_name_is_found_anywhere_in_a_long_text(before: int) -> None:
    words = name_words("Милица Стојановић")
    # Half of the name many times, then the whole name.
    half = fold("Стојановић је рекла. ") * 4000
    for name in ("Милици Стојановић", "Стојановић Милица"):
        assert name_occurs_in(words, fold(f"{half[:before]} {name} {half}"))
    assert not name_occurs_in(words, half)
    assert not name_occurs_in(words, fold(f"{half[:before]} НеМилица Стојановићка {half}"))


@pytest.mark.timing
def test_time_grows_with_the_length_of_the_text_only() -> None:
    def look_for_sixty_names(text: str) -> None:
        for number in range(60):
            name_occurs_in(name_words(f"Иван Илић{number}"), text)

    sentence = fold("Милица и Ивана су се договориле да Стојан не дође. ")
    # Sixteen times the length would take 256 times as long if it grew with the square.
    assert seconds(look_for_sixty_names, sentence * 40_000) < 64 * seconds(look_for_sixty_names, sentence * 2_500)


def test_indexes_of_texts_are_returned_without_names(coordinator: User) -> None:
    cohort = make_cohort()
    make_member(cohort, contact={"name": "Милица Стојановић"})
    make_member(cohort, contact={"name": "Јован Кос"})
    texts = ["ништа", "Кос Јован и Милица Стојановић", "", "Јовану Косу"]
    assert find_real_names_audited(texts, subject=cohort, actor=coordinator, now=NOW) == [1, 3]
    event = AuditEvent.objects.get()
    assert (event.action, event.actor_id, event.subject_id, event.data) == (
        "names.searched",
        coordinator.pk,
        cohort.pk,
        {"found": 2},
    )


def test_undecryptable_names_are_ignored() -> None:
    Member.objects.filter(pk=make_member().pk).update(sealed=b"x")
    erase_member(make_member(contact={"name": "Јован Кос"}), None, NOW)
    assert find_real_names(["Ана Анић", "Јован Кос"]) == []
