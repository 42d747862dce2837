"""The home page: counts and plots by role, right against the rows, and nothing of other roles or people."""

import re
from datetime import time, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from django.utils.html import strip_tags

from awareness.library.models import DownloadCount
from awareness.publishing.audiences import Level
from awareness.quizzes.models import PlayCount, PlayMode, Quiz
from clicksafely.common.alerts.models import DutyShift
from clicksafely.common.audit import audit_log
from clicksafely.common.staff import home, waiting
from clicksafely.common.staff.home import HomeCount, home_of
from clicksafely.common.staff.menu import menu_entries
from clicksafely.common.staff.roles import ROLES
from clicksafely.common.staff.waiting import HomeArea
from hotline.lifecycle.welfare_counters import ExposureKind, count_exposure
from hotline.models import (
    ContentItem,
    Host,
    LocationKind,
    Referral,
    ReferralState,
    ReviewSettings,
    Route,
)
from hotline.states import ItemState, Queue
from tests.clients.staff import Person, make_group, make_staff, signed_in
from tests.database import as_role_of
from tests.factories.events import make_booking, make_date
from tests.factories.library import give_file, make_resource, make_topic
from tests.hotline.referral.police.conftest import assessed_case
from tests.hotline.review.conftest import NOW, make_case, make_item

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("menu_counts")]

HOTLINE_PLOTS = ["queue-age", "arrivals-hour", "arrivals-channel", "own-exposure"]
PLOTS: dict[str, list[str]] = {
    "analyst": HOTLINE_PLOTS,
    "supervisor": ["acts", "openings", *HOTLINE_PLOTS, "agreement", "decision", "removal", "exposure"],
    "editor": ["downloads-topic", "plays-topic"],
    "author": ["downloads-topic", "plays-topic"],
    "events": ["bookings-town"],
    "coordinator": ["consents", "attendance", "answers"],
    "safeguarding": [],
    "auditor": ["acts", "openings"],
}


def page_of(person: Person) -> str:
    home.forget_homes()
    waiting.forget_counts()
    person.client.cookies["lang"] = "en"
    response = person.client.get("/admin/")
    assert response.status_code == 200
    return response.content.decode()


def plots_in(page: str) -> list[str]:
    return re.findall(r'<h3 id="plot-([a-z-]+)"', page)


def area(page: str, code: str) -> dict[str, str]:
    """Return {label: number} of a group of counts."""
    begin = page.index(f'aria-labelledby="home-{code}"')
    rows = re.findall(r"<b>(.*?)</b> <span>(.*?)</span>", page[begin : page.index("</section>", begin)])
    return {label: number for number, label in rows}


def recent(person: Person) -> str:
    page = page_of(person)
    return page[page.index('id="home-recent"') : page.index('class="all-lists"')]


def table(page: str, code: str) -> dict[str, str]:
    """Return {label: number} of the table behind a plot."""
    begin = page.index(f'<table aria-labelledby="plot-{code}"')
    body = page[begin : page.index("</table>", begin)]
    rows = re.findall(r'<th scope="row".*?>(.*?)</th><td>(.*?)</td>', body, re.S)
    return {strip_tags(label): strip_tags(number).strip() for label, number in rows}


def test_a_role_has_its_plots_and_no_others() -> None:
    assert {role.code: set(plots_in(page_of(signed_in(role.code, role.code)))) for role in ROLES} == {
        role: set(plots) for role, plots in PLOTS.items()
    }
    assert plots_in(page_of(signed_in("idle"))) == []


def test_an_analyst_sees_the_own_exposure_and_not_that_of_others() -> None:
    ana, boris, vera = signed_in("ana", "analyst"), signed_in("boris", "analyst"), signed_in("vera", "supervisor")
    now = timezone.now()
    for person, times in ((ana, 3), (boris, 7)):
        for _time in range(times):
            count_exposure(actor=person.user, kind=ExposureKind.PICTURES, now=now)
    page = page_of(ana)
    own = table(page, "own-exposure")
    assert sum(map(int, own.values())) == 3
    assert len(own) == 14
    assert "boris" not in page
    assert table(page_of(vera), "exposure") == {"boris": "7", "ana": "3", "vera": "0"}


def test_the_page_of_one_person_is_never_shown_to_another() -> None:
    """Pages are kept for seconds: the same permissions are not the same person."""
    ana, boris = signed_in("ana", "analyst"), signed_in("boris", "analyst")
    count_exposure(actor=ana.user, kind=ExposureKind.TEXTS, now=timezone.now())
    for person, count in ((ana, "1"), (boris, "0")):
        person.client.cookies["lang"] = "en"
        page = person.client.get("/admin/").content.decode()
        assert ('<table aria-labelledby="plot-own-exposure"' in page) == (count == "1")


def test_the_counts_of_the_hotline_are_those_of_the_rows_and_of_the_lists_behind_them() -> None:
    vera = signed_in("vera", "supervisor")
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    for age in (timedelta(hours=2), timedelta(days=2), timedelta(days=2, hours=1), timedelta(days=40)):
        make_case(received_at=now - age, channel="email")
    make_case(make_item(), queue=Queue.ARBITRATION, state="second_review", received_at=now - timedelta(days=1))
    make_case(queue=None, state="triaged", has_news=True, received_at=now - timedelta(days=60))
    page = page_of(vera)
    counts = area(page, "waiting")
    assert (counts["Disputes to settle"], counts["Cases with a new message"]) == ("1", "1")
    ages = table(page, "queue-age")
    assert list(ages.values()) == ["1", "2", "0", "0", "1"]
    assert table(page, "arrivals-channel") == {"e-mail": "3", "web form": "1"}
    assert sum(map(int, table(page, "arrivals-hour").values())) == 4
    for link, rows in re.findall(r'<li><a href="(/admin/hotline/report/\?[^"]*)"><b>(\d+)</b>', page):
        list_page = vera.client.get(link.replace("&amp;", "&")).content.decode()
        assert list_page.count('class="action-select"') == int(rows), link


def test_the_plot_of_events_counts_bookings_by_town_and_leads_to_them() -> None:
    soon = make_date(starts_at=timezone.now() + timedelta(days=3), capacity=200)
    for town in ("nis", "nis", "zajecar"):
        make_booking(soon, town=town)
    make_booking(soon, state="waiting", town="nis")
    page = page_of(signed_in("mara", "events"))
    assert area(page, "due") == {"Dates of events": "1"}
    assert list(table(page, "bookings-town").values()) == ["2", "1"]
    assert '<a href="/admin/events/booking/?state=booked&amp;town=nis">' in page


def test_small_numbers_of_downloads_and_plays_are_hidden() -> None:
    first, second = make_topic("first", "Прва"), make_topic("second", "Друга")
    today = timezone.localdate()
    for number, (topic, count) in enumerate(((first, 12), (second, 4))):
        resource = make_resource(f"resource-{number}")
        resource.topics.set([topic])
        file = give_file(resource)
        DownloadCount.objects.create(file=file, day=today, count=count)
        DownloadCount.objects.create(file=file, day=today - timedelta(days=31), count=100)
    quiz = Quiz.objects.create(slug="quiz", title_sr="Квиз", level=Level.values[0])
    quiz.topics.set([first])
    PlayCount.objects.create(quiz=quiz, day=today, mode=PlayMode.values[0], started=3)
    page = page_of(signed_in("edita", "editor"))
    assert table(page, "downloads-topic") == {"Прва": "12", "Друга": "•hidden"}
    assert table(page, "plays-topic") == {"Прва": "•hidden"}


def test_recent_work_lists_the_own_acts_once_for_each_subject() -> None:
    ana, boris = signed_in("ana", "analyst"), signed_in("boris", "analyst")
    mine, other = make_case(), make_case()
    now = timezone.now()
    for minutes, action in ((3, "report.claimed"), (2, "words.opened")):
        audit_log.record(action=action, subject=mine, actor=ana.user, now=now - timedelta(minutes=minutes))
    audit_log.record(action="report.claimed", subject=other, actor=boris.user, now=now)
    section = recent(ana)
    assert section.count("<li>") == 1
    assert f'href="/admin/hotline/report/{mine.pk}/change/"' in section
    assert mine.reference in section
    assert other.reference not in section


def test_recent_work_names_shifts_while_they_exist_and_the_person_may_see_them() -> None:
    vera, ana = signed_in("vera", "supervisor"), signed_in("ana", "analyst")
    remaining, gone, other = (
        DutyShift.objects.create(person=ana.user, weekdays=[day, 7], starts_at=time(22), ends_at=time(6))
        for day in (1, 2, 3)
    )
    for shift in (remaining, gone):
        audit_log.record(action="duty.shift_added", subject=shift, actor=vera.user, now=timezone.now())
    audit_log.record(action="duty.shift_added", subject=other, actor=ana.user, now=timezone.now())
    number = gone.pk
    gone.delete()
    section = recent(vera)
    assert "Mon, Sun 22:00–06:00" in section
    assert f'href="/admin/alerts/shifts/{remaining.pk}/"' in section
    assert f"#{number}" in section
    assert f"#{remaining.pk}<" not in section
    assert "22:00" not in recent(ana), "the roster is for supervisors"


def test_recent_work_names_content_and_hosts_without_the_address() -> None:
    vera = signed_in("vera", "supervisor")
    item, words = make_item("https://forum.example.org/secret"), make_item(kind=LocationKind.DESCRIBED, host="")
    host = Host.objects.create(name="mirror.example.org")
    for subject in (item, words, host, ReviewSettings.objects.get()):
        audit_log.record(action="address.opened", subject=subject, actor=vera.user, now=timezone.now())
    section = recent(vera)
    with translation.override("en"):
        names = (item.host, str(words), host.name, "for all staff")
    for name in names:
        assert re.search(rf'class="quiet">(?:<span[^>]*>)?{re.escape(name)}<', section), name
    assert ("#" in strip_tags(section), "secret" in section) == (False, False)
    olga, date = signed_in("olga", "events"), make_date(place="Градска библиотека")
    audit_log.record(action="page.published", subject=date, actor=olga.user, now=timezone.now())
    assert date.place in recent(olga)


def test_a_referral_that_reveals_an_assessment_is_hidden_from_the_second_assessor() -> None:
    ana, boris = signed_in("ana", "analyst"), signed_in("boris", "analyst")
    report = assessed_case(author=ana.user)
    item = report.items.get()
    ContentItem.objects.filter(pk=item.pk).update(state=ItemState.ASSESSED)
    failed = {"state": ReferralState.FAILED, "problem": "no_contact", "created_at": NOW, "ended_at": NOW}
    Referral.objects.create(report=report, item=item, author=ana.user, route=Route.HOST, **failed)

    def failed_count(person: Person) -> str | None:
        return area(page_of(person), "failed").get("Hand-overs that were not sent")

    assert (failed_count(ana), failed_count(boris)) == ("1", "1")
    # A second person has to judge the content without the first opinion.
    ContentItem.objects.filter(pk=item.pk).update(state=ItemState.IN_SECOND_REVIEW)
    assert (failed_count(ana), failed_count(boris)) == ("1", None)
    list_page = boris.client.get("/admin/hotline/referral/?state__exact=failed").content.decode()
    assert report.reference not in list_page


def test_a_page_is_built_once_in_thirty_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []

    def builder(user: Any, now: Any) -> list[HomeCount]:
        calls.append(user)
        return [HomeCount("x", 5, "/"), HomeCount("nothing", 0, "/")]

    make_group("psychologist", "hotline.view_welfare_statistics")
    monkeypatch.setattr(home, "_counts", [(HomeArea.DUE, "hotline.view_welfare_statistics", builder)])
    user, now = make_staff("person", "psychologist"), timezone.now()
    assert [count.label for count in home_of(user, [], now=now).due] == ["x"]
    home_of(user, [], now=now)
    assert calls == [user]
    monkeypatch.setattr(home, "SECONDS", -1.0)
    home_of(user, [], now=now)
    assert len(calls) == 2
    stranger = make_staff("stranger")
    assert home_of(stranger, [], now=now).due == []
    assert len(calls) == 2


def test_the_staff_role_may_read_all_counted_tables() -> None:
    user = make_staff("person", *[role.code for role in ROLES])
    entries = menu_entries(user)
    with as_role_of("staff"):
        home_of(user, entries, now=timezone.now())


def test_the_plots_of_the_audit_trail_are_those_of_the_rows() -> None:
    ana, avram = signed_in("ana", "analyst"), signed_in("avram", "auditor")
    now = timezone.now()
    case = make_case()
    for action, days, actor in (
        ("words.opened", 1, ana.user),
        ("upload.revealed", 2, ana.user),
        ("words.opened", 9, ana.user),
        ("report.claimed", 0, ana.user),
        ("words.opened", 20, ana.user),
        ("report.state", 0, None),
    ):
        audit_log.record(action=action, subject=case, actor=actor, now=now - timedelta(days=days))
    page = page_of(avram)
    assert sum(map(int, table(page, "acts").values())) == 4
    assert table(page, "openings") == {"ana": "2"}
    link = re.search(r'<a href="(/admin/common/auditevent/\?kind=openings[^"]*person=ana)">', page)
    assert link
    list_page = avram.client.get(link[1].replace("&amp;", "&")).content.decode()
    assert len(re.findall('class="[^"]*field-at', list_page)) == 2
