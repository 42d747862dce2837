"""Names in the order of the Serbian alphabet: the same in Python and in PostgreSQL."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clicksafely.common.serbian.alphabet import alphabet_key
from tests.factories.youthpanel import make_cohort, make_member
from youthpanel.models import Member, School

LETTERS = "абвгдђежзијклљмнњопрстћуфхцчџшАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШčćđšžČĆĐŠŽljLJnjNJabcdefghikmoprstuvz 12"


def test_names_of_both_scripts_in_the_order_of_the_alphabet() -> None:
    names = [
        "Ана",
        "Дуња",
        "Ђорђе",
        "Jovan",
        "Лука",
        "Љиљана",
        "Ljubica",
        "Нада",
        "Његош",
        "Цвета",
        "Čeda",
        "Џон",
        "Шана",
    ]
    assert sorted(sorted(names), key=alphabet_key) == names
    assert sorted(["Ана Јовић", "Анастасија", "Ана"], key=alphabet_key) == ["Ана", "Ана Јовић", "Анастасија"]


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(LETTERS), min_size=2, max_size=30))
def test_postgresql_sorts_the_same(names: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) WITH ORDINALITY AS t (name, n) ORDER BY clicksafely_alphabet(name), n",
            [names],
        )
        found = [row[0] for row in cursor.fetchall()]
    assert found == sorted(names, key=alphabet_key)


@pytest.mark.django_db
def test_members_and_schools_are_listed_in_this_order() -> None:
    cohort = make_cohort()
    names = ["Ведра лисица", "Љубазни јеж", "Мирна сова", "Његош", "Џепна мачка", "Шарени миш"]
    for name in reversed(names):
        make_member(cohort, pseudonym=name)
        School.objects.create(name=name, town="nis", kind="primary")
    assert list(Member.objects.values_list("pseudonym", flat=True)) == names
    assert list(School.objects.filter(name__in=names).values_list("name", flat=True)) == names
