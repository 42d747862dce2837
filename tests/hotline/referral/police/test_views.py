"""Tests of packages in the staff site: permissions, downloads, deliveries and form errors."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from clicksafely.common.crypto import sealing
from clicksafely.common.models import AuditEvent
from hotline.models import PoliceFile, PolicePackage, PoliceRecipient, Referral, Report
from hotline.referral import police_holds, services
from hotline.referral.police.build import build_due_packages
from hotline.referral.police.selectors import LATE
from hotline.review.claims import claim_case
from hotline.states import ItemState, Queue, ReportState
from tests.clients.staff import Person, signed_in
from tests.clock import travelling
from tests.hotline.referral.police.conftest import (
    ADDRESS,
    BY_MAIL,
    CONTACT,
    DAY,
    MINUTE,
    WORDS,
    Keys,
    assessed_case,
    change_recipient,
    due,
    encrypted_of,
    events_of,
    make_recipient,
    pack,
)
from tests.hotline.review.conftest import make_item

pytestmark = pytest.mark.django_db
NO_STORE = "max-age=0, no-cache, no-store, must-revalidate, private"
LIST = "/admin/hotline/policepackage/"


@pytest.fixture
def ana() -> Person:
    return in_english(signed_in("ana", "analyst"))


@pytest.fixture
def vera() -> Person:
    return in_english(signed_in("vera", "supervisor"))


def in_english(person: Person) -> Person:
    person.client.post("/admin/language/", {"language": "en"})
    return person


@pytest.fixture
def package(ana: Person, keys: Keys) -> PolicePackage:
    """A package waiting for delivery in person."""
    make_recipient(keys.pem)
    due(assessed_case(author=ana.user), author=ana.user, at=timezone.now())
    return pack(timezone.now())


@pytest.fixture
def unambiguous() -> Iterator[None]:
    """Not the hour that clocks show twice in October: forms refuse its times."""
    with travelling(datetime(2026, 3, 2, 10, tzinfo=UTC), tick=True):
        yield


def page_of(package: PolicePackage, act: str = "") -> str:
    return f"/admin/hotline/police/{package.pk}/{act}"


def when(shift: timedelta = timedelta()) -> dict[str, str]:
    moment = timezone.localtime() + shift
    return {"at_0": moment.strftime("%Y-%m-%d"), "at_1": moment.strftime("%H:%M")}


def delivered(client: Client, package: PolicePackage, **typed: str) -> tuple[int, str]:
    data = {"how": "in_person", "number": "03/4-17"} | when() | typed
    response = client.post(page_of(package, "delivered/"), data)
    return response.status_code, response.content.decode()


def test_all_case_workers_see_the_packed_content(ana: Person, package: PolicePackage) -> None:
    report = package.referrals.get().report
    police_holds.place_hold(item=package.referrals.get().item, report=report, days=7, now=timezone.now())
    body = ana.client.get(page_of(package)).content.decode()
    for expected in (
        package.reference,
        report.reference,
        package.sha256,
        *(member["sha256"] for member in package.members),
        "unless the police release the hold",
    ):
        assert expected in body
    # Only users with the permission to hand over see the buttons.
    assert "Download" not in body
    listed = ana.client.get(LIST).content.decode()
    assert package.reference in listed
    assert page_of(package) == reverse("admin:hotline-police-package", args=[package.pk])
    answer = ana.client.get(f"{LIST}{package.pk}/change/")
    assert (answer.status_code, answer["Location"]) == (302, page_of(package))


def test_the_case_leads_to_its_package(ana: Person, package: PolicePackage) -> None:
    case = f"/admin/hotline/case/{package.referrals.get().report_id}/"
    assert f'<a href="{page_of(package)}">{package.reference}</a>' in ana.client.get(case).content.decode()


@pytest.mark.parametrize("role", ["analyst", "editor", "auditor", "coordinator", "safeguarding"])
def test_only_supervisors_deliver(role: str, package: PolicePackage) -> None:
    client = signed_in("other", role).client
    acts = ("download/", "password/", "delivered/", "discard/", "mail-again/")
    assert {client.post(page_of(package, act)).status_code for act in acts} == {403}
    assert events_of(package) == ["police.package_created"]


def test_the_file_is_downloaded_by_post_and_not_cached(vera: Person, package: PolicePackage) -> None:
    answer = vera.client.get(page_of(package, "download/"))
    assert (answer.status_code, answer["Location"]) == (302, page_of(package))
    answer = vera.client.post(page_of(package, "download/"))
    assert answer.content == encrypted_of(package)
    assert {name: answer[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control")} == {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": f'attachment; filename="{package.reference}.zip.p7m"',
        "Cache-Control": NO_STORE,
    }
    assert answer["X-Content-Type-Options"] == "nosniff"
    event = AuditEvent.objects.get(action="police.downloaded")
    assert (event.actor_id, event.subject_id) == (vera.user.pk, package.pk)


def test_a_changed_file_is_refused_with_a_message(vera: Person, package: PolicePackage) -> None:
    file = PoliceFile.objects.get()
    other = sealing.seal(b"x", ring="hotline", table="hotline_policefile", field="file", row=file.uuid)
    PoliceFile.objects.update(sealed=other)
    answer = vera.client.post(page_of(package, "download/"))
    assert answer.status_code == 422
    assert "has changed since it was created" in answer.content.decode()


def test_without_the_keys_the_page_shows_a_message(vera: Person, package: PolicePackage, settings: Settings) -> None:
    settings.SEALING_PRIVATE_KEYS = settings.MEDIA_ROOT / "nothing"
    answer = vera.client.post(page_of(package, "download/"))
    assert (answer.status_code, "This cannot be decrypted" in answer.content.decode()) == (422, True)


@pytest.mark.usefixtures("unambiguous")
def test_the_delivery_is_recorded(vera: Person, package: PolicePackage) -> None:
    assert delivered(vera.client, package)[0] == 302
    package.refresh_from_db()
    assert (package.state, package.delivered_by, package.receipt_number) == ("delivered", vera.user, "03/4-17")
    assert Referral.objects.get().state == "sent"
    body = vera.client.get(page_of(package)).content.decode()
    assert "03/4-17" in body
    assert "Record delivery" not in body
    # The file is kept for a while.
    assert vera.client.post(page_of(package, "download/")).status_code == 200
    status, body = delivered(vera.client, package)
    assert (status, "in the meantime" in body) == (422, True)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"number": " "}, "This field is required"),
        ({"number": "x" * 121}, "120"),
        ({"how": "pigeon"}, "Select a valid choice"),
        ({"at_0": "yesterday"}, "There is no such date"),
        ({"at_1": ""}, "Enter the time"),
        (timedelta(hours=1), "in the future"),
        (-timedelta(hours=1), "had not been created"),
    ],
)
def test_an_invalid_delivery_is_an_error_at_its_field(
    vera: Person, package: PolicePackage, typed: dict[str, str] | timedelta, why: str
) -> None:
    if isinstance(typed, timedelta):
        typed = when(typed)
    status, body = delivered(vera.client, package, **({"number": "03/4-17"} | typed))
    assert status == 422
    assert why in body
    assert PolicePackage.objects.get().state == "made"


def test_a_number_with_html_is_escaped(vera: Person, package: PolicePackage) -> None:
    delivered(vera.client, package, number="<script>alert(1)</script>")
    body = vera.client.get(page_of(package)).content.decode()
    assert "<script>alert" not in body


def test_password_is_shown_in_one_response(ana: Person, vera: Person) -> None:
    make_recipient()
    due(assessed_case(author=ana.user), author=ana.user, at=timezone.now())
    package = pack(timezone.now())
    assert "Show password once" in vera.client.get(page_of(package)).content.decode()
    answer = vera.client.post(page_of(package, "password/"))
    assert (answer.status_code, 'id="package-password"' in answer.content.decode()) == (200, True)
    assert answer["Cache-Control"] == NO_STORE
    after = vera.client.get(page_of(package)).content.decode()
    assert ("package-password" in after, "The password has already been shown" in after) == (False, True)
    again = vera.client.post(page_of(package, "password/"))
    assert (again.status_code, "shown only once" in again.content.decode()) == (422, True)
    event = AuditEvent.objects.get(action="police.password_read")
    assert event.actor_id == vera.user.pk


def test_discarded_it_is_made_anew(vera: Person, package: PolicePackage) -> None:
    assert vera.client.post(page_of(package, "discard/")).status_code == 302
    assert "The file is erased" in vera.client.get(page_of(package)).content.decode()
    assert build_due_packages(now=timezone.now()) == 1


def test_package_with_a_withdrawn_referral_shows_a_warning(ana: Person, vera: Person, package: PolicePackage) -> None:
    referral = package.referrals.get()
    services.withdraw_referral(referral=referral, actor=ana.user, now=timezone.now())
    body = vera.client.get(page_of(package)).content.decode()
    assert "Do not hand over this package" in body
    assert referral.report.reference in body


def test_an_e_mail_that_was_refused_is_tried_again(ana: Person, vera: Person, keys: Keys) -> None:
    make_recipient(keys.pem, **BY_MAIL)
    due(assessed_case(author=ana.user), author=ana.user, at=timezone.now())
    package = pack(timezone.now())
    assert "recorded when the mail server accepts it" in vera.client.get(page_of(package)).content.decode()
    PolicePackage.objects.update(email_problem="refused", due_at=None)
    PoliceFile.objects.update(outgoing=None)
    body = vera.client.get(page_of(package)).content.decode()
    assert "deliver the package in another way" in body
    assert vera.client.post(page_of(package, "mail-again/")).status_code == 302
    package.refresh_from_db()
    assert (package.email_problem, package.due_at is not None) == ("", True)
    assert bytes(PoliceFile.objects.get().outgoing or b"") == encrypted_of(package)


def test_my_work_of_supervisors_lists_packages_to_deliver(ana: Person, vera: Person, package: PolicePackage) -> None:
    desk_url = "/admin/hotline/desk/"
    body = vera.client.get(desk_url).content.decode()
    assert ("Packages waiting for delivery" in body, package.reference in body) == (True, True)
    assert package.reference not in ana.client.get(desk_url).content.decode()
    now = timezone.now()
    change_recipient(valid_until=now + 10 * DAY)
    assert "the certificate expires on" in vera.client.get(desk_url).content.decode()
    change_recipient(valid_until=now - DAY)
    waits = due(assessed_case(author=ana.user), author=ana.user, at=now)
    assert build_due_packages(now=now) == 0
    body = vera.client.get(desk_url).content.decode()
    assert "the certificate has expired, and nothing can be handed over" in body
    assert waits.report.reference in body
    assert "Nobody packs" not in body


def test_stopped_worker_is_reported(ana: Person, vera: Person, package: PolicePackage) -> None:
    due(assessed_case(author=ana.user), author=ana.user, at=timezone.now() - LATE - MINUTE)
    body = vera.client.get("/admin/hotline/desk/").content.decode()
    assert "1 referral waits for its package: the worker with the keys is not running" in body


def test_a_supervisor_manages_recipients(vera: Person, keys: Keys) -> None:
    add = "/admin/hotline/policerecipient/add/"
    data = {"name": "Unit", "delivery": "in_person", "grouping": "day", "active": "on", "is_default": "on"}
    with time_machine.travel(timezone.now(), tick=False):
        assert vera.client.post(add, data | {"certificate": "x"}).status_code == 200
        assert PoliceRecipient.objects.count() == 0
        assert vera.client.post(add, data).status_code == 302
    recipient = PoliceRecipient.objects.get()
    assert (recipient.grouping, recipient.is_default, recipient.certificate) == ("day", True, "")
    assert vera.client.get("/admin/hotline/policerecipient/").status_code == 200
    event = AuditEvent.objects.get(action="police.recipient_created")
    assert event.actor_id == vera.user.pk


def test_a_supervisor_confirms_a_recipient_that_was_changed_outside_the_staff_site(vera: Person) -> None:
    recipient = make_recipient()
    listed, page = "/admin/hotline/policerecipient/", f"/admin/hotline/policerecipient/{recipient.pk}/change/"
    assert "in the staff site" in vera.client.get(listed).content.decode()
    PoliceRecipient.objects.update(unit="other")
    for path in (listed, page):
        assert "outside the staff site: compare every value with the police" in vera.client.get(path).content.decode()
    desk_html = vera.client.get("/admin/hotline/desk/").content.decode()
    assert "this recipient was added or changed outside the staff site, and nothing can be handed over" in desk_html
    data = {"name": "Unit", "unit": "for tests", "delivery": "in_person", "grouping": "case"}
    assert vera.client.post(page, data | {"active": "on", "is_default": "on"}).status_code == 302
    assert "in the staff site" in vera.client.get(listed).content.decode()
    assert "outside the staff site" not in vera.client.get("/admin/hotline/desk/").content.decode()


@pytest.mark.parametrize("name", ["SIGNING_PRIVATE_KEY", "SIGNING_PUBLIC_KEYS"])
def test_without_a_signing_key_a_recipient_is_not_changed(
    vera: Person, recipient: PoliceRecipient, settings: Settings, tmp_path: Path, name: str
) -> None:
    setattr(settings, name, tmp_path / "absent")
    page = f"/admin/hotline/policerecipient/{recipient.pk}/change/"
    data = {"name": "Other", "delivery": "in_person", "grouping": "case", "active": "on", "is_default": "on"}
    answer = vera.client.post(page, data)
    assert answer.status_code == 200
    assert "missing or damaged. Nothing was changed. Notify the administrator." in answer.content.decode()
    assert PoliceRecipient.objects.get().name == "Unit"
    assert vera.client.get("/admin/hotline/policerecipient/").status_code == 200
    assert vera.client.get("/admin/hotline/desk/").status_code == 200


@pytest.mark.parametrize("typed", ["LEA-2026-{:06d}", "{}", "2026-{}"])
def test_a_package_is_found_by_its_number(ana: Person, package: PolicePackage, typed: str) -> None:
    listed = ana.client.get(LIST, {"q": typed.format(package.pk)}).content.decode()
    empty = ana.client.get(LIST, {"q": "LEA-2026-999999"}).content.decode()
    # The page shows an example number, which may be this one's.
    assert listed.count(package.reference) > empty.count(package.reference)


def test_list_and_page_cost_the_same_with_one_and_with_many(ana: Person, package: PolicePackage) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert ana.client.get(path).status_code == 200
        return len(captured)

    one = queries(LIST), queries(page_of(package))
    report = assessed_case(make_item(), make_item(), make_item(), author=ana.user)
    for item in report.items.all():
        due(report, author=ana.user, item=item, at=timezone.now())
    many = pack(timezone.now())
    assert many.items.count() == 3
    assert (queries(LIST), queries(page_of(many))) == one


@pytest.fixture
def decided(ana: Person) -> Report:
    """A case held by the analyst, whose item is illegal and waits for its referral."""
    report = assessed_case(make_item(ADDRESS), author=ana.user, state=ReportState.ACTION_PENDING, queue=Queue.ACTION)
    report.items.update(state=ItemState.ASSESSED)
    claim_case(report_id=report.pk, actor=ana.user, now=timezone.now())
    return report


def preview_of(report: Report) -> str:
    return f"/admin/hotline/case/{report.pk}/police-preview/{report.items.get().pk}/"


def test_preview_shows_the_package(ana: Person, decided: Report, keys: Keys) -> None:
    make_recipient(keys.pem)
    case = ana.client.get(f"/admin/hotline/case/{decided.pk}/").content.decode()
    assert f'formaction="{preview_of(decided)}"' in case
    answer = ana.client.post(preview_of(decided))
    body = answer.content.decode()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == NO_STORE
    assert "Unit, for tests" in body
    for expected in (decided.reference, "case.json", "report.pdf", "Šta je ovo? Шта је ово?"):
        assert expected in body
    assert ADDRESS.replace("&", "&amp;") in body
    assert (CONTACT in body, "<img" in body) == (False, False)
    assert WORDS.split()[0] in body
    # It is logged as any opening of the text.
    event = AuditEvent.objects.get(action="words.opened")
    assert (event.actor_id, event.subject_id) == (ana.user.pk, decided.pk)
    assert PolicePackage.objects.count() == 0


def test_evidence_in_the_preview_is_never_transliterated(ana: Person, decided: Report) -> None:
    ana.client.post("/admin/language/", {"language": "sr-latn"})
    body = ana.client.post(preview_of(decided)).content.decode()
    assert "Materijal seksualnog zlostavljanja dece" in body
    assert "Šta je ovo? Шта је ово?" in body
    assert ADDRESS.replace("&", "&amp;") in body


def test_preview_reports_a_missing_recipient(ana: Person, decided: Report, keys: Keys) -> None:
    assert "No police recipient is set" in ana.client.post(preview_of(decided)).content.decode()
    make_recipient(keys.pem)
    change_recipient(valid_until=timezone.now() - DAY)
    assert "certificate has expired" in ana.client.post(preview_of(decided)).content.decode()


def test_only_the_claim_holder_sees_the_preview(vera: Person, decided: Report) -> None:
    answer = vera.client.post(preview_of(decided))
    assert (answer.status_code, "Šta je ovo" in answer.content.decode()) == (422, False)
    answer = vera.client.get(preview_of(decided))
    assert (answer.status_code, answer["Location"]) == (303, f"/admin/hotline/case/{decided.pk}/")
