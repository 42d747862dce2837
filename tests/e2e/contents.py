"""Fills a portal with one of everything, in a process of its own in the portal's environment.

Says as JSON where staff look at it, and what the pages of errors are that no visit brings about:
{"staff": {role: [path]}, "samples": [staff paths beside one of each kind], "errors": {language: {status: HTML}}, "bookings": [path under a
language]}
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import product

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import transaction
from django.test import RequestFactory
from django.utils import timezone, translation

from awareness.events.bookings import services as bookings
from awareness.events.bookings.signed_links import make_token
from awareness.events.models import EventDate
from awareness.events.staff.month_calendar import month_of
from awareness.events.staff.selectors import dates_without_report
from awareness.topics.models import Topic
from clicksafely.accounts.models import AccountRecovery
from clicksafely.common.http.error_pages import error_page
from clicksafely.common.serbian.latin_html import html_to_latin
from hotline.models import Complaint, HashList, IncomingMail, Notice, PolicePackage, Report
from tests.awareness.news.conftest import write_article, write_whole_article
from tests.clients.bookings import ask
from tests.e2e.page_checks import LANGUAGES
from tests.factories.events import make_date, make_event
from tests.factories.library import docx, give_file, make_resource, pdf, picture
from tests.factories.staff_pages import make_paths
from tests.staff_access import ADMINISTRATION, TABLE
from youthpanel.meetings import storage
from youthpanel.models import Edition, EditionFormat, Meeting, MeetingFile

ERRORS = (400, 403, 413, 429, 500, 503)
# Each address is looked at by the first of these who may; the others see the same page.
ROLES = ("supervisor", "analyst", "editor", "author", "auditor", "events", "coordinator", "safeguarding")
# Its account has no other use in the audit.
ADMINISTRATOR = "analyst2"


def fill() -> None:
    """Make the contents and print the line, last."""
    call_command("load_demo", stdout=sys.stderr)
    with transaction.atomic():
        staff, samples = _staff_paths()
        _make_administrator()
    _add_files()
    _write_pages()
    call_command("reindex", stdout=sys.stderr)
    errors = {language: dict(_error_pages(language)) for language in LANGUAGES}
    found = {"staff": staff, "samples": samples, "errors": errors, "bookings": _booking_paths()}
    sys.stdout.write(f"\n{json.dumps(found)}\n")


def _booking_paths() -> list[str]:
    """Paths, under a language, of the form and of bookings in every state that a link shows."""
    now = timezone.now()
    event = make_event(published_at=now - timedelta(days=1))
    small, large = (make_date(event, capacity=each, starts_at=now + timedelta(days=21)) for each in (30, 300))
    closed = make_date(make_event(published_at=now - timedelta(days=1)), starts_at=now + timedelta(days=1))
    off = make_date(event, starts_at=now + timedelta(days=9))
    booked, given_back, offered, waiting = ask(large, now=now), *(ask(small, now=now) for _ in range(3))
    cancelled = ask(off, now=now)
    bookings.cancel_booking(booking=given_back, now=now)
    bookings.cancel_date_with_bookings(date=off, reason_sr="Болест", reason_en="Illness", actor=None, now=now)
    links = [f"bookings/{make_token(each.uuid)}/" for each in (booked, given_back, offered, waiting, cancelled)]
    paths = [f"{links[0]}?ask=change", f"{links[0]}?ask=cancel", f"{links[1]}?ask=erase", f"{links[3]}?ask=change"]
    return [*(f"events/{each.slug}/book/" for each in (event, closed.event)), *links, *paths]


def _write_pages() -> None:
    _whole_article()
    for number in range(13):
        write_article(f"vest-{number}", title_en="", summary_en="")
    topics = list(Topic.objects.all()[:2])
    for number, kind in enumerate(("worksheet", "lesson-plan", "poster")):
        resource = make_resource(
            f"materijal-{number}",
            title_sr=f"Материјал {number}",
            topics=topics,
            kind=kind,
            audiences=["children", "educators"],
            summary_en="In short." if number else "",
            creator="Ауторка",
        )
        give_file(resource, "Радни лист.pdf", pdf(2))
        give_file(resource, "list.docx", docx())
    make_resource("bez-datoteke", title_sr="Без датотеке", topics=topics)
    make_resource("celina", title_sr="Целина", parts=[resource], topics=topics)


def _whole_article() -> None:
    """With every kind of block, in both languages."""
    blocks = write_whole_article().blocks
    blocks.exclude(heading_sr="").filter(heading_en="").update(heading_en="In English")
    blocks.exclude(text_sr="").filter(text_en="").update(text_en="<p>In English.</p>")


def _add_files() -> None:
    """To editions and meetings that have none, as the walk's: pages lead to them."""
    for edition in Edition.objects.filter(files=None):
        for (language, _name), form in product(settings.LANGUAGES, EditionFormat.values):
            edition.files.create(language=language, format=form, content=b"x", sha256=hashlib.sha256(b"x").hexdigest())
    storage.meetings_folder().mkdir(parents=True, exist_ok=True)
    for file in MeetingFile.objects.filter(kind="photograph"):
        for path in (storage.file_path(file), storage.thumbnail_path(file)):
            if not path.exists():
                path.write_bytes(picture(file.media_type.removeprefix("image/")))


def _make_administrator() -> None:
    """Turn an account into an administrator's, with a request to approve."""
    users = get_user_model().objects.in_bulk(field_name="username")
    user = users[ADMINISTRATOR]
    user.groups.clear()
    user.is_superuser = True
    user.save()
    AccountRecovery.objects.create(
        user=users["author"], requested_by=users["supervisor"], requested_at=timezone.now(), sealed_half=b"x"
    )


def _staff_paths() -> tuple[dict[str, list[str]], list[str]]:
    """Return {role: [path]}, and the paths of the demonstration's cases."""
    shown: dict[str, list[str]] = {role: [] for role in (*ROLES, "administrator")}
    # Before the walk adds its own, which hold little.
    cases = [
        f"/admin/hotline/case/{number}/" for number in Report.objects.order_by("-pk").values_list("pk", flat=True)[:24]
    ]
    kinds = {"notices": Notice, "police": PolicePackage, "complaints": Complaint, "hash-lists": HashList}
    pages = [
        f"/admin/hotline/{name}/{number}/"
        for name, model in kinds.items()
        for number in model.objects.order_by("-pk").values_list("pk", flat=True)[:2]
    ]
    mails = [
        f"/admin/hotline/incomingmail/{number}/change/"
        for number in IncomingMail.objects.values_list("pk", flat=True)[:2]
    ]
    shown["analyst"] += cases
    shown["events"] += _events_paths()
    shown["coordinator"] += _meeting_paths()
    shown["supervisor"] += [*pages, *mails, "/admin/"]
    for route, path in make_paths().items():
        who, (got, _posted), _others = TABLE[route]
        role = next((role for role in ROLES if role in who), None)
        if role is None and route in ADMINISTRATION:
            role, got = "administrator", ADMINISTRATION[route][0]
        if got == 200 and role and not (path.endswith((".csv", "/jsi18n/")) or "/export/" in path):
            shown[role].append(path)
    # What a supervisor may do and an analyst may not is shown on the same page.
    shown["supervisor"] += cases[:2]
    return shown, cases


def _meeting_paths() -> list[str]:
    """The pages of the demonstration's newest meeting with decisions."""
    meeting = f"/admin/youthpanel/meetings/{Meeting.objects.exclude(decisions=None).latest('pk').pk}/"
    return [f"{meeting}{page}" for page in ("", "change/", "attendance/", "minutes/", "sheet/", "files/add/")]


def _events_paths() -> list[str]:
    """Of the demonstration: a date of each kind with its report, the month and the booking of the next one."""
    now = timezone.now()
    dates = EventDate.objects.order_by("-starts_at")
    closed, over = dates.filter(report__isnull=False)[:1], dates_without_report(now)[:1]
    booked = dates.filter(starts_at__gt=now).exclude(bookings=None)[:1]
    return [
        *(f"/admin/events/dates/{date.pk}/{page}" for date in (*closed, *over) for page in ("", "report/", "list/")),
        *(f"/admin/events/calendar/?month={month_of(date.starts_at)}" for date in booked),
        *(f"/admin/events/dates/{date.pk}/{page}" for date in booked for page in ("", "change/", "cancel/", "list/")),
        *(f"/admin/events/event/{date.event_id}/{page}" for date in closed for page in ("change/", "figures/")),
    ]


def _error_pages(language: str) -> Iterator[tuple[int, str]]:
    for status in ERRORS:
        with translation.override(language):
            answer = error_page(RequestFactory().get(f"/{language}/error-{status}/", HTTP_HOST="127.0.0.1"), status)
        html = answer.content.decode()
        yield status, html_to_latin(html) if language == "sr-latn" else html
