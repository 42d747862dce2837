"""Names in the order of the Serbian alphabet: the same in Python and in PostgreSQL."""

import pytest
from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from awareness.events.staff.selectors import bookings_of
from awareness.library.facets import TITLE, FacetSelection
from awareness.library.selectors import list_page
from clicksafely.common.i18n.language import LANGUAGES
from clicksafely.common.serbian.alphabet import order_column, order_key
from hotline.intake.api.admin import PartnerAdmin
from hotline.models import Partner
from tests.clients.staff import signed_in
from tests.factories.events import make_booking, make_date, make_event
from tests.factories.library import make_resource
from tests.factories.youthpanel import make_cohort, make_meeting, make_member
from youthpanel.meetings.selectors import invited_members
from youthpanel.member_auth.selectors import code_holders
from youthpanel.member_auth.services import read_names
from youthpanel.models import Member, School
from youthpanel.safeguarding.views import AddNote

LETTERS = "абвгдђежзијклљмнњопрстћуфхцчџшАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШčćđšžČĆĐŠŽljLJnjNJabcdefghikmoprstuvz 12"


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("sr", "Ана Дуња Ђорђе Jovan Лука Љиљана Ljubica Нада Његош Цвета Čeda Џон Шана"),
        ("sr-latn", "Ana Цвета Čeda Ćira Дуња Džon Ђорђе Luka Љиљана Нада Njegoš Шана Vuk Зоја"),
        ("sr", "Ана Анастасија"),
    ],
)
def test_names_of_both_scripts_in_the_order_of_the_alphabet(language: str, names: str) -> None:
    assert sorted(sorted(names.split()), key=lambda name: order_key(name, language)) == names.split()


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.text(LETTERS), min_size=2, max_size=30))
def test_postgresql_sorts_the_same(language: str, names: list[str]) -> None:
    compiler = Member.objects.all().query.get_compiler(connection=connection)
    key, parameters = compiler.compile(order_column(RawSQL("name", ()), language))
    query = f"SELECT name FROM unnest(%s::text[]) WITH ORDINALITY AS t (name, n) ORDER BY {key}, n"  # noqa: S608 - no input
    with connection.cursor() as cursor:
        cursor.execute(query, [names, *parameters])
        found = [row[0] for row in cursor.fetchall()]
    assert found == sorted(names, key=lambda name: order_key(name, language))


CYRILLIC = ["Ведра лисица", "Ђурђевак", "Љубазни јеж", "Његош", "Чапља", "Џепна мачка", "Шарени миш"]
LATIN = ["Чапља", "Џепна мачка", "Ђурђевак", "Љубазни јеж", "Његош", "Шарени миш", "Ведра лисица"]
ENGLISH_ORDER = ["Чапља", "Ђурђевак", "Џепна мачка", "Љубазни јеж", "Његош", "Шарени миш", "Ведра лисица"]


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "names"), [("sr", CYRILLIC), ("sr-latn", LATIN), ("en", ENGLISH_ORDER)])
def test_lists_in_the_order_of_the_page(language: str, names: list[str]) -> None:
    now, cohort = timezone.now(), make_cohort()
    meeting, date = make_meeting(cohort), make_date(make_event())
    for number, name in enumerate(sorted(names)):
        make_member(cohort, pseudonym=name, contact={"name": name})
        School.objects.create(name=f"Школа {name}", town="nis", kind="primary")
        make_resource(f"r{number}", title_sr=name)
        make_booking(date, school=name, size=1)
        Partner.objects.create(name=name, created_at=now)
    coordinator = signed_in("coordinator", "coordinator")
    with override(language):
        found = {
            "members": [each.pseudonym for each in Member.objects.all()],
            "invited to a meeting": [each.pseudonym for each in invited_members(meeting)],
            "slips": [each.member.pseudonym for each in code_holders(cohort, today=localdate(now), now=now)],
            "names": [each.name for each in read_names(cohort=cohort, actor=coordinator.user, now=now)],
            "about a child": [each.pseudonym for each in AddNote().get_form_arguments()["members"]],
            "schools": [each.name.removeprefix("Школа ") for each in School.objects.filter(name__startswith="Школа")],
            "bookings": [each.school for each in bookings_of(date)],
            "resources": [each.title_sr for each in list_page(FacetSelection(sort=TITLE), [], now, total=9)[1]],
            "partners": [each.name for each in Partner.objects.order_by(*PartnerAdmin.ordering)],
        }
    assert {each for each, order in found.items() if order != names} == set()
