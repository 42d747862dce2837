"""Help lines: loaded by migration, editable, shown on every page, available without the database."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django_otp import DEVICE_ID_SESSION_KEY
from pytest_django import DjangoAssertNumQueries

from awareness.pages.models import ContactPoint, Partner
from awareness.publishing.services import delete_record, save_record
from awareness.topics.admin import HelpLineAdmin
from awareness.topics.context_processors import help_lines
from awareness.topics.models import HelpLine, Topic
from awareness.topics.selectors import active_help_lines, cached_help_lines
from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from clicksafely.common.page_cache import content_version
from tests.clients.page_reader import PageReader
from tests.clients.staff import Person, give_device, signed_in

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
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
    with translation.override("en"):
        assert [line.title for line in active_help_lines()] == [
            "Police",
            "National Contact Centre for child safety on the internet",
            "National Child Helpline (NADEL)",
            "Missing children",
            "Emergency medical service",
            "National suicide prevention line",
            "Centre “Srce”",
        ]


@pytest.mark.django_db
def test_serbian_latin_reads_the_serbian_columns() -> None:
    with translation.override("sr-latn"):
        assert active_help_lines()[0].title == "Полиција"


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
        *(
            (f"{action}_{model}", "author")
            for action in ("add", "change", "view")
            for model in ("topic", "topicanswer")
        ),
        ("delete_topicanswer", "author"),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("phone", ["", "12", "19-833", "call us", "1" * 16, "192\n", "+"])
def test_the_database_refuses_invalid_phone_numbers(phone: str) -> None:
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        HelpLine.objects.create(slug="x", title="x", description="x", phone=phone)


@pytest.mark.django_db
def test_a_line_that_is_switched_off_is_not_shown() -> None:
    HelpLine.objects.filter(slug="nadel").update(active=False)
    assert [line.phone for line in active_help_lines()] == ["192", "19833", "116000", "194", "0800309309", "0800300303"]


@pytest.mark.django_db
def test_publishing_saves_makes_pages_old_and_is_recorded(editor: User) -> None:
    before = content_version.current()
    line = HelpLine.objects.get(slug="police")
    line.phone = "112"
    save_record(record=line, actor=editor, now=NOW)
    assert HelpLine.objects.get(slug="police").phone == "112"
    assert content_version.current() == before + 1
    event = AuditEvent.objects.get()
    assert (event.action, event.actor_id, event.subject_table, event.subject_id, event.at) == (
        "topics.helpline.published",
        editor.pk,
        "topics_helpline",
        line.pk,
        NOW,
    )


@pytest.mark.django_db
def test_publishing_a_refused_record_changes_nothing(editor: User) -> None:
    before = content_version.current()
    line = HelpLine.objects.get(slug="police")
    line.phone = "nobody"
    with pytest.raises(IntegrityError), transaction.atomic():
        save_record(record=line, actor=editor, now=NOW)
    assert content_version.current() == before
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
def test_withdrawing_deletes_makes_pages_old_and_is_recorded(editor: User) -> None:
    before = content_version.current()
    line = HelpLine.objects.get(slug="nadel")
    number = line.pk
    delete_record(record=line, actor=editor, now=NOW)
    assert not HelpLine.objects.filter(slug="nadel").exists()
    assert content_version.current() == before + 1
    assert list(AuditEvent.objects.values_list("action", "subject_id")) == [("topics.helpline.withdrawn", number)]


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
    cached_help_lines.during(RequestFactory().get("/"))
    lines = help_lines(RequestFactory().get("/"))["help_lines"]
    with django_assert_num_queries(1):
        assert [line.phone for line in lines()] == [phone for phone, *_rest in SEED_LINES]
    with django_assert_num_queries(0):
        lines()


@pytest.mark.django_db
def test_a_page_without_help_lines_needs_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        help_lines(RequestFactory().get("/"))


def test_an_editor_changes_a_number_and_every_page_shows_it(client: Client, editor: User) -> None:
    User.objects.filter(pk=editor.pk).update(is_staff=True)
    editor.groups.add(Group.objects.get(name="editor"))
    device = give_device(editor)
    client.force_login(editor)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    line = HelpLine.objects.get(slug="nadel")
    form = {
        "title_sr": "НАДЕЛ",
        "title_en": "NADEL",
        "description_sr": "Разговор.",
        "description_en": "Somebody to talk to.",
        "phone": "116112",
        "free": "on",
        "order": "3",
        "active": "on",
        "slug": "nadel",
    }
    response = client.post(f"/admin/topics/helpline/{line.pk}/change/", form | {"phone": "116-112"})
    assert response.status_code == 200
    assert HelpLine.objects.get(slug="nadel").phone == "116111"
    saved = client.post(f"/admin/topics/helpline/{line.pk}/change/", form)
    assert saved.status_code == 302
    client.cookies.clear()
    assert 'href="tel:116112"' in client.get("/en/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "phones"),
    [
        ("/en/about/", ["192", "19833", "116111", "116000"]),
        ("/en/report/", ["192", "19833", "116111", "116000"]),
        ("/en/topics/sexting-blackmail/", [phone for phone, *_rest in SEED_LINES]),
    ],
)
def test_crisis_lines_are_on_pages_about_help_and_not_in_every_footer(
    client: Client, path: str, phones: list[str]
) -> None:
    links = [link["href"] for link in PageReader(client.get(path).content.decode()).all("a")]
    assert {f"tel:{phone}" for phone in phones} == {link for link in links if link.startswith("tel:")}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("sr", ["бесплатан позив · дан и ноћ", "бесплатан позив", "сваког дана од 14 до 23 ч"]),
        ("sr-latn", ["besplatan poziv · dan i noć", "besplatan poziv", "svakog dana od 14 do 23 č"]),
        ("en", ["free call · day and night", "free call", "every day from 14:00 to 23:00"]),
    ],
)
def test_cost_and_hours_are_those_of_the_row(client: Client, language: str, expected: list[str]) -> None:
    def hours_text(phone: str) -> str:
        section = client.get(f"/{language}/help/").content.decode().split(f'href="tel:{phone}"')[1]
        return PageReader(section.split('class="help-meta">')[1].split("</span>")[0]).text

    for phone in ("192", "116111", "116000", "194", "0800309309"):
        assert hours_text(phone) == expected[0]
    assert hours_text("19833") == expected[1]
    assert hours_text("0800300303").endswith(expected[2])
    HelpLine.objects.filter(phone="116000").update(
        around_the_clock=False, hours_sr="радним данима", hours_en="on working days"
    )
    content_version.bump()
    assert hours_text("116000") != expected[0]


@pytest.mark.django_db
def test_a_free_number_is_printed_in_groups_and_dialled_without() -> None:
    assert [line.formatted_phone for line in active_help_lines()][-2:] == ["0800 309 309", "0800 300 303"]
    assert active_help_lines()[0].formatted_phone == "192"


@pytest.mark.django_db
def test_the_footer_is_in_the_language_of_its_page_and_new_with_the_next_generation(client: Client) -> None:
    def names(path: str) -> list[str]:
        return [
            line["aria-label"]
            for line in PageReader(client.get(path).content.decode()).all("a", **{"class": "help-phone"})
        ]

    found = {language: names(f"/{language}/about/") for language in ("sr", "sr-latn", "en")}
    assert [labels[0] for labels in found.values()] == ["192: Полиција", "192: Policija", "192: Police"]
    assert {language: names(f"/{language}/privacy/") for language in found} == found
    HelpLine.objects.filter(phone="192").update(title_en="The police")
    assert names("/en/about/") == found["en"]
    content_version.bump()
    assert names("/en/about/")[0] == "192: The police"


def places(person: Person, path: str) -> list[tuple[str, str, bool]]:
    """The choices of the place: value, label, and whether it is chosen."""
    page = person.client.get(path).content.decode()
    (select,) = re.findall(r'<select name="order".*?</select>', page, re.DOTALL)
    return [
        (value, label, bool(chosen))
        for value, chosen, label in re.findall(r'value="(\d+)"( selected)?>([^<]*)<', select)
    ]


@pytest.mark.django_db
def test_the_place_of_a_topic_and_of_a_help_line_is_chosen_among_the_others() -> None:
    person = signed_in("vesna", "editor")
    person.client.cookies["lang"] = "en"
    first, second, third = HelpLine.objects.all()[:3]
    options = places(person, f"/admin/topics/helpline/{second.pk}/change/")
    assert [label for _value, label, chosen in options if chosen] == [f"after “{first.phone} {first.title_en}”"]
    assert len(options) == HelpLine.objects.count()
    value = next(value for value, label, _chosen in options if label == f"after “{third.phone} {third.title_en}”")
    form = {
        name: getattr(second, name)
        for name in ("title_sr", "title_en", "description_sr", "description_en", "phone", "slug")
    }
    saved = person.client.post(f"/admin/topics/helpline/{second.pk}/change/", form | {"order": value, "active": "on"})
    assert saved.status_code == 302
    assert list(HelpLine.objects.all()[:3]) == [first, third, second]
    new = places(person, "/admin/topics/topic/add/")
    last = Topic.objects.order_by("order", "pk").last()
    assert [label for _value, label, chosen in new if chosen] == [f"after “{last.title_en}”"]
    assert new[0][1] == "first"
    assert int(new[0][0]) < Topic.objects.earliest("order").order


@pytest.mark.django_db
def test_the_place_of_partners_and_contacts_is_chosen_too() -> None:
    ContactPoint.objects.create(unit="centre", kind="phone", value="+381111234567", order=1)
    person = signed_in("vesna", "editor")
    person.client.cookies["lang"] = "en"
    for model in (Partner, ContactPoint):
        path = f"/admin/pages/{model._meta.model_name}"
        first = model._default_manager.earliest("order")
        assert places(person, f"{path}/{first.pk}/change/")[0][1:] == ("first", True)
        assert places(person, f"{path}/add/")[-1][2]


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
@pytest.mark.parametrize("numbers", [(20, 21, 22, 23), (1, 2, 3, 4), (0, 1, 2, 3), (10, 10, 10, 40), (0, 0, 0, 0)])
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
    for line, following in ((first, [first, moved, second, third]), (second, [first, second, moved, third])):
        choose_place(person, moved, f"after “{line.phone} {line.title_en}”")
        assert list(HelpLine.objects.all()) == following
    choose_place(person, third, f"after “{first.phone} {first.title_en}”")
    assert list(HelpLine.objects.all()) == [first, third, second, moved]


@pytest.mark.django_db
def test_a_place_moves_no_more_neighbours_than_needed() -> None:
    first, second, third, fourth = HelpLine.objects.all()[:4]
    for line, number in zip((first, second, third, fourth), (20, 21, 22, 40), strict=True):
        HelpLine.objects.filter(pk=line.pk).update(order=number)
    HelpLine.objects.exclude(pk__in=[first.pk, second.pk, third.pk, fourth.pk]).delete()
    with CaptureQueriesContext(connection) as queries:
        save_record(record=HelpLine(slug="nova", phone="19999", order=20), actor=None, now=timezone.now())
    assert len([query for query in queries if query["sql"].startswith('UPDATE "topics_helpline"')]) == 1
    assert list(HelpLine.objects.values_list("phone", "order")) == [
        (first.phone, 20),
        ("19999", 21),
        (second.phone, 22),
        (third.phone, 23),
        (fourth.phone, 40),
    ]
