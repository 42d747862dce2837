"""Tests of actions on packages: download, password, delivery, discard, erasure, and key rotation."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from clicksafely.accounts.models import User
from clicksafely.common.crypto import keyring, sealing
from hotline.models import ActionKind, PoliceDelivery, PoliceFile, PoliceHold, PolicePackage, PoliceRecipient, Upload
from hotline.models.sealed_content import sealed_path
from hotline.referral import police_holds, services
from hotline.referral.police import selectors
from hotline.referral.police.build import build_due_packages
from hotline.referral.police.delivery import (
    Delivery,
    PackageAltered,
    PackageErased,
    PackageStateChanged,
    PasswordErased,
    PasswordUnread,
    discard_package,
    discard_withdrawn,
    erase_expired_files,
    open_file,
    read_password,
    record_delivery,
    retry_email,
)
from hotline.referral.police.forms import DeliveryForm
from hotline.referral.police.tasks import build_police_packages, erase_police_files, send_police_packages
from hotline.referral.quarantine.services import refer_suspected, suspect_upload, withdraw_suspicion
from tests.hotline.referral.police.conftest import (
    BY_MAIL,
    DAY,
    HOUR,
    Keys,
    assessed_case,
    codes,
    due,
    encrypted_of,
    events_of,
    files_of,
    make_recipient,
    pack,
)
from tests.hotline.referral.quarantine.conftest import make_picture
from tests.hotline.review.conftest import NOW, make_item

pytestmark = pytest.mark.django_db
IN_PERSON = Delivery(PoliceDelivery.IN_PERSON, "03/4-17", NOW + HOUR)


@pytest.fixture
def package(analyst: User, recipient: PoliceRecipient) -> PolicePackage:
    due(assessed_case(author=analyst), author=analyst)
    return pack()


def pack_picture(analyst: User, supervisor: User) -> tuple[Upload, PolicePackage]:
    """A package with a suspected picture."""
    report = assessed_case(author=analyst)
    picture = make_picture(report)
    suspect_upload(upload=picture, actor=analyst, now=NOW)
    refer_suspected(report=report, actor=supervisor, now=NOW)
    return picture, pack()


def reread(package: PolicePackage) -> PolicePackage:
    return PolicePackage.objects.get(pk=package.pk)


def test_recording_the_delivery_marks_its_referrals_as_sent_once(
    analyst: User, supervisor: User, recipient: PoliceRecipient
) -> None:
    report = assessed_case(make_item(), make_item(), make_item(), author=analyst)
    referrals = [due(report, author=analyst, item=item) for item in report.items.order_by("pk")]
    package = pack()
    services.withdraw_referral(referral=referrals[2], actor=analyst, now=NOW)
    assert codes(referrals) == [("due", ""), ("due", ""), ("withdrawn", "")]
    with pytest.raises(PackageStateChanged):
        retry_email(package=package, actor=supervisor, now=NOW)
    record_delivery(package=package, delivery=IN_PERSON, actor=supervisor, now=NOW + 2 * HOUR)
    package = reread(package)
    assert (package.state, package.delivered_at, package.delivered_by) == ("delivered", NOW + HOUR, supervisor)
    assert (package.delivery_method, package.receipt_number) == ("in_person", "03/4-17")
    with pytest.raises(PackageStateChanged):
        record_delivery(package=package, delivery=IN_PERSON, actor=supervisor, now=NOW)
    with pytest.raises(PackageStateChanged):
        discard_package(package=package, actor=supervisor, now=NOW)
    assert codes(referrals) == [("sent", ""), ("sent", ""), ("withdrawn", "")]
    assert [action.kind for action in report.actions.all()] == [ActionKind.POLICE] * 2
    assert events_of(report)[-1] == "police.delivered"
    assert events_of(package) == ["police.package_created", "police.package_delivered"]


def test_the_police_hold_starts_with_the_delivery(supervisor: User, package: PolicePackage) -> None:
    referral = package.referrals.get()
    item = referral.item
    police_holds.place_hold(item=item, report=referral.report, days=7, now=NOW)
    assert [hold.item for hold in selectors.open_holds(package)] == [item]
    # Nothing has reached the police: the hold does not expire.
    assert police_holds.expire_holds(now=NOW + 10 * DAY) == 0
    record_delivery(package=package, delivery=IN_PERSON, actor=supervisor, now=NOW + 10 * DAY)
    assert PoliceHold.objects.get().until == NOW + 17 * DAY
    assert police_holds.expire_holds(now=NOW + 17 * DAY) == 1
    assert selectors.open_holds(package) == []


def test_a_changed_stored_file_is_not_served(supervisor: User, package: PolicePackage) -> None:
    file = PoliceFile.objects.get(package=package)
    other = sealing.seal(b"another file", ring="hotline", table="hotline_policefile", field="file", row=file.uuid)
    PoliceFile.objects.update(sealed=other)
    with pytest.raises(PackageAltered):
        open_file(package=package, actor=supervisor, now=NOW)
    PoliceFile.objects.update(sealed=other[:-1] + b"x")
    with pytest.raises(sealing.SealedValueDamaged):
        open_file(package=package, actor=supervisor, now=NOW)
    assert events_of(package) == ["police.package_created"]


def test_the_password_is_shown_once(analyst: User, supervisor: User) -> None:
    make_recipient()
    due(assessed_case(author=analyst), author=analyst)
    package = pack()
    password = read_password(package=package, actor=supervisor, now=NOW)
    assert len(password) == 29
    assert PoliceFile.objects.get().sealed_password is None
    with pytest.raises(PasswordErased):
        read_password(package=package, actor=supervisor, now=NOW)
    assert events_of(package)[1:] == ["police.password_read"]


def test_referrals_of_a_discarded_package_are_packed_again(
    supervisor: User, package: PolicePackage, keys: Keys
) -> None:
    referral = package.referrals.get()
    discard_package(package=package, actor=supervisor, now=NOW + HOUR)
    assert (reread(package).state, PoliceFile.objects.count()) == ("failed", 0)
    with pytest.raises(PackageErased):
        open_file(package=package, actor=supervisor, now=NOW)
    with pytest.raises(PackageStateChanged):
        record_delivery(package=package, delivery=IN_PERSON, actor=supervisor, now=NOW)
    again = pack(NOW + HOUR)
    assert again.reference != package.reference
    assert (list(again.referrals.all()), codes([referral])) == ([referral], [("due", "")])
    assert again.reference.encode() in files_of(again, keys)["case.json"]


def test_undone_case_discards_its_package_unless_it_was_delivered(
    analyst: User, supervisor: User, recipient: PoliceRecipient
) -> None:
    report = assessed_case(make_item(), make_item(), author=analyst)
    remaining, withdrawn = (due(report, author=analyst, item=item) for item in report.items.order_by("pk"))
    package = pack()
    assert (selectors.withdrawn_cases(package), discard_withdrawn(now=NOW)) == ([], 0)
    services.withdraw_referral(referral=withdrawn, actor=analyst, now=NOW)
    assert selectors.withdrawn_cases(package) == [report]
    # A supervisor may already be delivering it and decides.
    PolicePackage.objects.update(downloaded_at=NOW)
    assert discard_withdrawn(now=NOW) == 0
    PolicePackage.objects.update(downloaded_at=None)
    assert discard_withdrawn(now=NOW) == 1
    assert list(pack().referrals.all()) == [remaining]


def test_locked_pictures_are_erased_once_the_police_have_them(
    analyst: User, supervisor: User, recipient: PoliceRecipient, django_capture_on_commit_callbacks: object
) -> None:
    picture, package = pack_picture(analyst, supervisor)
    assert sealed_path(picture.uuid).exists()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        record_delivery(package=package, delivery=IN_PERSON, actor=supervisor, now=NOW + HOUR)
    assert not sealed_path(picture.uuid).exists()
    picture = Upload.objects.get(pk=picture.pk)
    assert (picture.handed_over_at, picture.erased_at) == (NOW + HOUR, NOW + HOUR)
    # The package contained a copy of it.
    assert not PoliceFile.objects.exists()
    with pytest.raises(PackageErased):
        open_file(package=package, actor=supervisor, now=NOW + HOUR)
    assert events_of(package)[1:] == ["police.package_delivered", "police.erased"]


def test_pictures_stay_until_the_password_was_read(analyst: User, supervisor: User) -> None:
    make_recipient()
    picture, package = pack_picture(analyst, supervisor)
    with pytest.raises(PasswordUnread):
        record_delivery(package=package, delivery=IN_PERSON, actor=supervisor, now=NOW)
    assert (reread(package).state, PoliceFile.objects.count()) == ("made", 1)
    assert Upload.objects.get(pk=picture.pk).handed_over_at is None
    read_password(package=package, actor=supervisor, now=NOW)
    record_delivery(package=package, delivery=IN_PERSON, actor=supervisor, now=NOW)
    assert (reread(package).state, PoliceFile.objects.count()) == ("delivered", 0)


def test_pictures_are_never_sent_by_mail(analyst: User, supervisor: User, keys: Keys) -> None:
    make_recipient(keys.pem, **BY_MAIL)
    _picture, package = pack_picture(analyst, supervisor)
    retry_email(package=package, actor=supervisor, now=NOW)
    package = reread(package)
    assert (package.email_problem, package.due_at, PoliceFile.objects.get().outgoing) == ("pictures", None, None)
    assert "email" not in dict(DeliveryForm(package=package).fields["how"].choices)  # type: ignore[attr-defined]


def test_unlocking_a_picture_withdraws_its_package(
    analyst: User, colleague: User, supervisor: User, recipient: PoliceRecipient
) -> None:
    report = assessed_case(author=analyst)
    first, second = make_picture(report), make_picture(report, colour="blue")
    for picture in (first, second):
        suspect_upload(upload=picture, actor=analyst, now=NOW)
    refer_suspected(report=report, actor=supervisor, now=NOW)
    package = pack()
    assert selectors.withdrawn_cases(package) == []
    withdraw_suspicion(upload=second, reason="slip", actor=supervisor, now=NOW)
    assert selectors.withdrawn_cases(package) == [report]
    assert discard_withdrawn(now=NOW) == 1
    assert pack().pictures == [first.pk]


def test_files_are_erased_some_time_after_the_delivery(
    supervisor: User, package: PolicePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.referral.police.delivery.RETENTION_DAYS", 30)
    assert erase_expired_files(now=NOW + 400 * DAY) == 0  # waiting for delivery without a limit
    record_delivery(package=package, delivery=IN_PERSON, actor=supervisor, now=NOW + HOUR)
    assert erase_expired_files(now=NOW + 30 * DAY) == 0
    assert open_file(package=package, actor=supervisor, now=NOW + 30 * DAY)
    assert [erase_expired_files(now=NOW + 30 * DAY + HOUR), erase_expired_files(now=NOW + 30 * DAY + HOUR)] == [1, 0]
    with pytest.raises(PackageErased):
        open_file(package=package, actor=supervisor, now=NOW + 31 * DAY)
    stored_package = reread(package)
    assert (stored_package.sha256, stored_package.members) == (package.sha256, package.members)
    assert events_of(package)[-1] == "police.erased"


def test_sealed_files_are_resealed_with_a_new_key(
    analyst: User, supervisor: User, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder := tmp_path / "keys").mkdir()
    sealing.generate_rings(folder)
    settings.SEALING_PUBLIC_KEYS, settings.SEALING_PRIVATE_KEYS = folder / "public.json", folder / "private.json"
    make_recipient(**BY_MAIL)
    due(assessed_case(author=analyst), author=analyst)
    package = pack()
    before, outgoing = encrypted_of(package), bytes(PoliceFile.objects.get().outgoing or b"")
    call_command("rotate_keys", "--ring=hotline")
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        call_command("rotate_keys", "--ring=hotline", "--drop-old")
    assert len(keyring.read_private(folder / "private.json")["hotline"]) == 1
    assert open_file(package=package, actor=supervisor, now=NOW) == before == outgoing
    assert read_password(package=package, actor=supervisor, now=NOW)


def test_the_list_of_packages_costs_the_same_with_one_and_with_many(analyst: User, recipient: PoliceRecipient) -> None:
    counts = []
    for number in (1, 3):
        for _ in range(number):
            due(assessed_case(author=analyst), author=analyst)
        assert build_due_packages(now=NOW) == number
        with CaptureQueriesContext(connection) as captured:
            selectors.police_alerts(NOW + DAY)
        counts.append(len(captured))
    assert counts[1] <= counts[0]


def test_the_tasks_run(analyst: User, recipient: PoliceRecipient) -> None:
    referral = due(assessed_case(author=analyst), author=analyst)
    with time_machine.travel(NOW + HOUR, tick=False):
        build_police_packages()
        send_police_packages()
        erase_police_files()
    assert PolicePackage.objects.get().items.get().referral == referral
