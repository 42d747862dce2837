"""Tests of packages in the staff site: permissions, downloads, deliveries and form errors."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from clicksafely.common.crypto import sealing
from clicksafely.common.models import AuditEvent
from hotline.models import PoliceFile, PolicePackage, PoliceRecipient, Referral, Report
from hotline.referral import police_holds
from hotline.referral.police.build import build_due_packages
from hotline.referral.police.forms import DeliveryForm
from hotline.review.claims import claim_case
from hotline.states import ItemState, Queue, ReportState
from tests.clients.staff import Person, signed_in
from tests.clock import travelling
from tests.hotline.referral.police.conftest import (
    ADDRESS,
    CONTACT,
    DAY,
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
    for expected in (report.reference, package.sha256, *(member["sha256"] for member in package.members)):
        assert expected in body
    # Only users with the permission to hand over see the buttons.
    assert "download/" not in body
    case = ana.client.get(f"/admin/hotline/case/{report.pk}/").content.decode()
    assert f'<a href="{page_of(package)}">{package.reference}</a>' in case
    answer = ana.client.get(f"{LIST}{package.pk}/change/")
    assert (answer.status_code, answer["Location"]) == (302, page_of(package))


@pytest.mark.parametrize("role", ["analyst", "auditor"])
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
    assert PolicePackage.objects.get().downloaded_at
    file = PoliceFile.objects.get()
    other = sealing.seal(b"x", ring="hotline", table="hotline_policefile", field="file", row=file.uuid)
    PoliceFile.objects.update(sealed=other)
    assert vera.client.post(page_of(package, "download/")).status_code == 422


@pytest.mark.usefixtures("unambiguous")
def test_the_delivery_is_recorded(vera: Person, package: PolicePackage) -> None:
    status, body = delivered(vera.client, package, number="<b>03/4-17", at_1="")
    assert (status, "&lt;b&gt;03/4-17" in body, PolicePackage.objects.get().state) == (422, True, "made")
    assert delivered(vera.client, package)[0] == 302
    package.refresh_from_db()
    assert (package.state, package.delivered_by, package.receipt_number) == ("delivered", vera.user, "03/4-17")
    assert Referral.objects.get().state == "sent"
    # The file is kept for a while.
    assert vera.client.post(page_of(package, "download/")).status_code == 200
    assert delivered(vera.client, package)[0] == 422


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"number": " "}, "number"),
        ({"how": "pigeon"}, "how"),
        ({"at_1": ""}, "at"),
        (timedelta(minutes=6), "at"),
        (-timedelta(hours=1), "at"),
    ],
)
@pytest.mark.usefixtures("unambiguous")
def test_an_invalid_delivery_is_an_error_at_its_field(
    package: PolicePackage, typed: dict[str, str] | timedelta, field: str
) -> None:
    data = {"how": "in_person", "number": "03/4-17"}
    data |= when(typed) if isinstance(typed, timedelta) else when() | typed
    assert set(DeliveryForm(data, package=package).errors) == {field}


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
    for path in (listed, page, "/admin/hotline/desk/"):
        assert "outside the staff site" in vera.client.get(path).content.decode()
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
    assert answer.context["adminform"].form.errors
    assert PoliceRecipient.objects.get().name == "Unit"
    assert vera.client.get("/admin/hotline/policerecipient/").status_code == 200
    assert vera.client.get("/admin/hotline/desk/").status_code == 200


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
    ana.client.post("/admin/language/", {"language": "sr-latn"})
    answer = ana.client.post(preview_of(decided))
    body = answer.content.decode()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == NO_STORE
    for expected in (decided.reference, "case.json", "report.pdf", "Šta je ovo? Шта је ово?"):
        assert expected in body
    assert ADDRESS.replace("&", "&amp;") in body
    assert (CONTACT in body, "<img" in body) == (False, False)
    # It is logged as any opening of the text.
    event = AuditEvent.objects.get(action="words.opened")
    assert (event.actor_id, event.subject_id) == (ana.user.pk, decided.pk)
    assert PolicePackage.objects.count() == 0


def test_only_the_claim_holder_sees_the_preview(vera: Person, decided: Report) -> None:
    answer = vera.client.post(preview_of(decided))
    assert (answer.status_code, "Šta je ovo" in answer.content.decode()) == (422, False)
    answer = vera.client.get(preview_of(decided))
    assert (answer.status_code, answer["Location"]) == (303, f"/admin/hotline/case/{decided.pk}/")


def test_my_work_of_supervisors_lists_packages_and_obstacles(ana: Person, vera: Person, package: PolicePackage) -> None:
    assert package.reference in vera.client.get("/admin/hotline/desk/").content.decode()
    assert package.reference not in ana.client.get("/admin/hotline/desk/").content.decode()
    now = timezone.now()
    change_recipient(valid_until=now - DAY)
    waits = due(assessed_case(author=ana.user), author=ana.user, at=now)
    assert build_due_packages(now=now) == 0
    assert waits.report.reference in vera.client.get("/admin/hotline/desk/").content.decode()
