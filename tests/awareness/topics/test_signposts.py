"""Help lines: loaded by migration, editable, shown on every page, available without the database."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from awareness.topics.admin import HelpLineAdmin
from awareness.topics.context_processors import help_lines
from awareness.topics.models import HelpLine
from awareness.topics.selectors import active_help_lines, cached_help_lines
from clicksafely.accounts.models import User
from clicksafely.common.page_cache import content_version
from tests.clients.page_reader import PageReader
from tests.clients.staff import Person, signed_in

SEED_LINES = [
    ("192", True, True),
    ("19833", True, False),
    ("116111", True, True),
    ("116000", True, True),
    ("194", True, True),
    ("0800309309", True, True),
    ("0800300303", True, False),
]


@pytest.fixture
def editor(db: None) -> User:
    user = User.objects.create_user("editor")
    user.groups.add(Group.objects.get(name="editor"))
    return user


@pytest.mark.django_db
def test_the_seed_lines_are_there_after_migrating() -> None:
    assert [(line.phone, line.free, line.around_the_clock) for line in active_help_lines()] == SEED_LINES
    formatted = [line.formatted_phone for line in active_help_lines()]
    assert (formatted[0], formatted[-1]) == ("192", "0800 300 303")


@pytest.mark.django_db
def test_only_editors_may_change_help_lines() -> None:
    holders = Permission.objects.filter(content_type__app_label="topics", group__isnull=False)
    lines = holders.filter(content_type__model__in=["helpline", "removalservice"])
    assert sorted(lines.values_list("codename", "group__name")) == [
        (f"{action}_{model}", "editor")
        for action in ("add", "change", "delete", "view")
        for model in ("helpline", "removalservice")
    ]
    # Authors write topics and their answers; the rest is the editors'.
    assert {*holders.filter(group__name="author").values_list("codename", "group__name")} == {
        *((f"{action}_topic", "author") for action in ("add", "change", "view")),
        *((f"{action}_topicanswer", "author") for action in ("add", "change", "delete", "view")),
    }


@pytest.mark.django_db
def test_the_database_refuses_invalid_phone_numbers() -> None:
    for phone in ("", "12", "19-833", "call us", "1" * 16, "192\n", "+"):
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            HelpLine.objects.create(slug="x", title="x", description="x", phone=phone)


@pytest.mark.django_db
def test_the_admin_writes_through_the_services(editor: User) -> None:
    model_admin = HelpLineAdmin(HelpLine, admin.site)
    request = RequestFactory().post("/admin/")
    request.user = editor
    before = content_version.current()
    line = HelpLine.objects.get(slug="police")
    model_admin.save_model(request, line, None, True)  # type: ignore[arg-type]
    model_admin.delete_model(request, HelpLine.objects.get(slug="nadel"))
    model_admin.delete_queryset(request, HelpLine.objects.filter(slug__in=["contact-centre", "missing-children"]))
    assert content_version.current() == before + 4
    assert [line.slug for line in HelpLine.objects.all()] == ["police", "ambulance", "suicide-prevention", "srce"]


@pytest.mark.django_db
def test_a_page_with_cached_help_lines_needs_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        help_lines(RequestFactory().get("/"))
    cached_help_lines.during(RequestFactory().get("/"))
    lines = help_lines(RequestFactory().get("/"))["help_lines"]
    with django_assert_num_queries(1):
        assert [line.phone for line in lines()] == [phone for phone, *_rest in SEED_LINES]
    with django_assert_num_queries(0):
        lines()


@pytest.mark.django_db
def test_an_editor_changes_a_number_and_every_page_shows_it(client: Client) -> None:
    staff = signed_in("vesna", "editor").client
    line = HelpLine.objects.get(slug="nadel")
    names = ("title_sr", "title_en", "description_sr", "description_en", "slug", "order")
    form = {name: getattr(line, name) for name in names} | {"phone": "116112", "free": "on", "active": "on"}
    path = f"/admin/topics/helpline/{line.pk}/change/"
    assert staff.post(path, form | {"phone": "116-112"}).status_code == 200
    assert HelpLine.objects.get(slug="nadel").phone == "116111"
    assert staff.post(path, form).status_code == 302
    assert 'href="tel:116112"' in client.get("/en/").content.decode()


@pytest.mark.django_db
def test_crisis_lines_are_on_pages_about_help_and_not_in_every_footer(client: Client) -> None:
    phones = [phone for phone, *_rest in SEED_LINES]
    for path, shown in (
        ("/en/about/", phones[:4]),
        ("/en/report/", phones[:4]),
        ("/en/topics/sexting-blackmail/", phones),
    ):
        links = [link["href"] for link in PageReader(client.get(path).content.decode()).all("a")]
        assert {f"tel:{phone}" for phone in shown} == {link for link in links if link.startswith("tel:")}, path


@pytest.mark.django_db
def test_cost_and_hours_are_those_of_the_row(client: Client) -> None:
    def hours_text(phone: str) -> str:
        section = client.get("/en/help/").content.decode().split(f'href="tel:{phone}"')[1]
        return PageReader(section.split('class="help-meta">')[1].split("</span>")[0]).text

    expected = [hours_text("192"), hours_text("19833")]
    assert expected == ["free call · day and night", "free call"]
    assert hours_text("116000") == expected[0]
    assert hours_text("0800300303").endswith("from 14:00 to 23:00")
    HelpLine.objects.filter(phone="116000").update(
        around_the_clock=False, hours_sr="радним данима", hours_en="on working days"
    )
    content_version.bump()
    assert hours_text("116000") != expected[0]


def places(person: Person, path: str) -> list[tuple[str, str, bool]]:
    """The choices of the place: value, label, and whether it is chosen."""
    page = person.client.get(path).content.decode()
    (select,) = re.findall(r'<select name="order".*?</select>', page, re.DOTALL)
    return [
        (value, label, bool(chosen))
        for value, chosen, label in re.findall(r'value="(\d+)"( selected)?>([^<]*)<', select)
    ]


def choose_place(person: Person, line: HelpLine, label: str) -> None:
    """Save a help line at the place with this label."""
    path = f"/admin/topics/helpline/{line.pk}/change/"
    value = next(value for value, shown, _chosen in places(person, path) if shown == label)
    form = {
        name: getattr(line, name)
        for name in ("title_sr", "title_en", "description_sr", "description_en", "phone", "slug")
    }
    assert person.client.post(path, form | {"order": value, "active": "on"}).status_code == 302
    assert [shown for _value, shown, chosen in places(person, path) if chosen] == [label]


@pytest.mark.django_db
@pytest.mark.parametrize("numbers", [(1, 2, 3, 4), (0, 0, 0, 0)])
def test_a_chosen_place_holds_between_neighbours_with_adjacent_or_equal_numbers(numbers: tuple[int, ...]) -> None:
    person = signed_in("vesna", "editor")
    person.client.cookies["lang"] = "en"
    # The lowest primary key, which would win a tie.
    moved, first, second, third, *rest = HelpLine.objects.order_by("pk")
    HelpLine.objects.filter(pk__in=[each.pk for each in rest]).delete()
    for line, number in zip((first, second, third, moved), numbers, strict=True):
        HelpLine.objects.filter(pk=line.pk).update(order=number)
    choose_place(person, moved, "first")
    assert list(HelpLine.objects.all()) == [moved, first, second, third]
    orders = list(HelpLine.objects.values_list("order", flat=True))
    assert orders == sorted(set(orders))
    choose_place(person, moved, f"after “{second.phone} {second.title_en}”")
    assert list(HelpLine.objects.all()) == [first, second, moved, third]
    choose_place(person, third, f"after “{first.phone} {first.title_en}”")
    assert list(HelpLine.objects.all()) == [first, third, second, moved]
