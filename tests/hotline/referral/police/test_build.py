"""Tests of package building: contents, encryption, grouping and failures."""

import hashlib
import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import pyzipper
from django.db import connection
from django.utils import timezone, translation
from pytest_django.fixtures import Settings

from clicksafely.accounts.models import User
from clicksafely.common.crypto import sealing
from hotline.models import PoliceFile, PolicePackage, PolicePackageItem, PoliceRecipient, Referral, SealedText
from hotline.referral import services
from hotline.referral.police import build, encryption, selectors
from hotline.referral.police.build import RETRY_INTERVAL, build_due_packages
from hotline.referral.police.recipient_services import save_recipient
from hotline.referral.quarantine.services import refer_suspected, suspect_upload
from tests.hotline.referral.police.conftest import (
    ADDRESS,
    BY_MAIL,
    CONTACT,
    DAY,
    HOUR,
    MINUTE,
    WORDS,
    Keys,
    assessed_case,
    codes,
    due,
    encrypted_of,
    events_of,
    files_of,
    make_host,
    make_keys,
    make_recipient,
    pack,
)
from tests.hotline.referral.quarantine.conftest import drawn, make_picture
from tests.hotline.review.conftest import NOW, make_item

pytestmark = pytest.mark.django_db


def case_json(files: dict[str, bytes]) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(files["case.json"])
    return content


def test_a_case_becomes_a_package_that_its_recipient_alone_opens(
    analyst: User, recipient: PoliceRecipient, keys: Keys
) -> None:
    make_host()
    report = assessed_case(author=analyst)
    referral = due(report, author=analyst)
    with translation.override("en"):
        package = pack()
    files = files_of(package, keys)
    assert list(files) == ["report.pdf", "case.json", "manifest.json"]
    assert not any(CONTACT.encode() in content for content in files.values())
    assert package.reference == f"LEA-2026-{package.pk:06d}"
    content = case_json(files)
    (case,) = content["cases"]
    (item,) = case["items"]
    assert (content["schema"], content["version"], content["reference"]) == (
        "clicksafely-police-package",
        1,
        package.reference,
    )
    assert (case["reference"], case["received_at"]) == (report.reference, "2026-03-02T10:00:00Z")
    # Evidence, character by character.
    assert item["location"] == report.items.get().canonical
    assert case["words"] == {"what": WORDS, "addresses_as_typed": ADDRESS}
    assert item["hosting"] == {
        "host": "www.example.org",
        "addresses": [{"ip": "192.0.2.7", "country": "RS", "asn": 64500, "organisation": "Primer hosting d.o.o."}],
        "leads_through": ["edge.example.net"],
        "country": "RS",
        "asn": 64500,
        "organisation": "Primer hosting d.o.o.",
        "registrar": "",
        "looked_up_at": "2026-03-01T10:30:00Z",
    }
    (opinion,) = item["assessments"]
    assert (opinion["round"], opinion["who"], opinion["at"]) == ("first", "first", "2026-03-02T09:30:00Z")
    assert [answer["answer"] for answer in opinion["answers"]] == ["baseline_csam", "infant", "female"]
    # In Serbian for any language of the staff.
    assert opinion["answers"][0]["in_words"].startswith("Разврставање: ")
    assert case["category_in_words"] == "Материјал сексуалног злостављања деце"
    assert codes([referral]) == [("due", "")]
    other = make_keys(keys.key_file.parent / "other")
    assert b"report.pdf" not in encrypted_of(package)
    with pytest.raises(Exception, match="returned non-zero"):
        other.decrypt(encrypted_of(package))


def test_package_has_custody_events_and_digests(analyst: User, recipient: PoliceRecipient, keys: Keys) -> None:
    report = assessed_case(author=analyst)
    due(report, author=analyst)
    package = pack()
    encrypted = encrypted_of(package)
    assert (package.sha256, package.size) == (hashlib.sha256(encrypted).hexdigest(), len(encrypted))
    assert package.certificate_sha256 == keys.fingerprint
    files = files_of(package, keys)
    assert [(member["name"], member["sha256"], member["size"]) for member in package.members] == [
        (name, hashlib.sha256(content).hexdigest(), len(content)) for name, content in files.items()
    ]
    manifest = json.loads(files["manifest.json"])
    assert [
        (member["name"], member["sha256"], member["created_at"], member["created_by"]) for member in manifest["members"]
    ] == [
        (name, hashlib.sha256(files[name]).hexdigest(), "2026-03-02T10:30:00Z", "Net Patrola (portal)")
        for name in ("report.pdf", "case.json")
    ]
    chain = manifest["custody"][report.reference]
    assert [(link["action"], link["who"], link["at"]) for link in chain] == [
        ("report.received", "", "2026-03-02T10:00:00Z"),
        ("item.assessed", "first", "2026-03-02T09:30:00Z"),
        ("referral.created", "first", "2026-03-02T10:30:00Z"),
        ("police.words_opened", "", "2026-03-02T10:30:00Z"),
        ("police.packed", "", "2026-03-02T10:30:00Z"),
    ]
    assert chain == json.loads(files["case.json"])["cases"][0]["custody"]
    assert events_of(report)[-2:] == ["police.words_opened", "police.packed"]
    assert events_of(package) == ["police.package_created"]


def test_other_content_of_the_case_is_not_included(analyst: User, recipient: PoliceRecipient, keys: Keys) -> None:
    sent, other = make_item("https://sent.example.org/"), make_item("https://marker-kept.example.org/")
    report = assessed_case(sent, other, author=analyst)
    # Undecryptable text does not withhold the address.
    SealedText.objects.filter(report=report, field="words").update(sealed=b"\x01broken-and-short")
    due(report, author=analyst, item=sent)
    package = pack()
    files = files_of(package, keys)
    (case,) = case_json(files)["cases"]
    assert (case["words"], case["words_unreadable"], package.unreadable_reports) == ({}, True, [report.pk])
    assert [item["location"] for item in case["items"]] == ["https://sent.example.org/"]
    assert len([link for link in case["custody"] if link["action"] == "item.assessed"]) == 1
    assert [name for name, content in files.items() if b"marker-kept" in content] == []


def test_two_items_of_a_case_make_one_package_and_two_cases_two(analyst: User, recipient: PoliceRecipient) -> None:
    both = assessed_case(make_item(), make_item(), author=analyst)
    first, second = (due(both, author=analyst, item=item) for item in both.items.all())
    third = due(assessed_case(author=analyst), author=analyst)
    withdrawn = due(assessed_case(author=analyst), author=analyst)
    services.withdraw_referral(referral=withdrawn, actor=analyst, now=NOW)
    assert selectors.police_alerts(NOW) is None
    notices = selectors.police_alerts(NOW + selectors.LATE)
    assert notices
    assert notices.overlooked == 3
    assert build_due_packages(now=NOW) == 2
    by_package = [
        list(package.items.order_by("referral_id").values_list("referral", flat=True))
        for package in PolicePackage.objects.order_by("pk")
    ]
    assert by_package == [[first.pk, second.pk], [third.pk]]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_that_pack_at_the_same_time_make_one(analyst: User, recipient: PoliceRecipient) -> None:
    due(assessed_case(author=analyst), author=analyst)

    def run(_number: int) -> int:
        try:
            return build_due_packages(now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        assert sorted(threads.map(run, range(3))) == [0, 0, 1]
    assert PolicePackageItem.objects.count() == 1


def test_packages_of_a_day_are_made_at_the_hour_in_belgrade(
    analyst: User, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.referral.police.selectors.PACKAGE_HOUR", 8)
    make_recipient(keys.pem, grouping="day")
    eight = timezone.localtime(NOW).replace(hour=8, minute=0)
    early = [due(assessed_case(author=analyst), author=analyst, at=eight - HOUR * hours) for hours in (2, 1)]
    late = due(assessed_case(author=analyst), author=analyst, at=eight + HOUR)
    assert build_due_packages(now=eight - MINUTE) == 0
    assert build_due_packages(now=eight) == 1
    assert list(PolicePackage.objects.get().referrals.order_by("pk")) == early
    # However late the worker runs, later decisions wait for the next day.
    assert build_due_packages(now=eight + 10 * HOUR) == 0
    assert build_due_packages(now=eight + DAY) == 1
    assert list(PolicePackage.objects.latest("pk").referrals.all()) == [late]


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_the_hour_is_the_same_on_days_when_the_clocks_change(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setattr("hotline.referral.police.selectors.PACKAGE_HOUR", 8)
    noon = timezone.make_aware(timezone.datetime.fromisoformat(f"{day}T12:00"))
    assert selectors.last_hour_of_packing(noon).isoformat()[:16] == f"{day}T08:00"
    assert timezone.localtime(selectors.last_hour_of_packing(noon)).hour == 8


def test_danger_gets_its_own_package_immediately(analyst: User, keys: Keys) -> None:
    make_recipient(keys.pem, grouping="day")
    waits = due(assessed_case(author=analyst), author=analyst, at=NOW)
    urgent = due(assessed_case(author=analyst), author=analyst, at=NOW, reason="Говори да је сада са дететом.")
    package = pack()
    assert list(package.referrals.all()) == [urgent]
    assert case_json(files_of(package, keys))["cases"][0]["items"][0]["reason"] == "Говори да је сада са дететом."
    assert case_json(files_of(package, keys))["cases"][0]["items"][0]["urgent"] is True
    assert PolicePackageItem.objects.filter(referral=waits).count() == 0


def test_without_a_certificate_it_is_an_archive_with_a_password_of_its_own(analyst: User) -> None:
    make_recipient()
    report = assessed_case(author=analyst)
    due(report, author=analyst)
    package = pack()
    file = PoliceFile.objects.get(package=package)
    password = sealing.open_sealed(
        file.sealed_password, ring="hotline", table="hotline_policefile", field="password", row=file.uuid
    )
    assert re.fullmatch(rb"(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}", password)
    stored = bytes(file.sealed) + bytes(file.sealed_password or b"")
    assert (b"case.json" in stored, password in stored, file.outgoing) == (False, False, None)
    with pyzipper.AESZipFile(io.BytesIO(encrypted_of(package))) as zipped:
        assert {(info.flag_bits & 1, info.wz_aes_strength) for info in zipped.infolist()} == {(1, 3)}
        with pytest.raises(RuntimeError, match="password"):
            zipped.read("case.json")
        zipped.setpassword(b"wrong")
        with pytest.raises(RuntimeError, match="Bad password"):
            zipped.read("case.json")
        zipped.setpassword(password)
        assert json.loads(zipped.read("case.json"))["cases"][0]["reference"] == report.reference
    assert (package.format, package.certificate_sha256, package.file_name) == ("zip", "", f"{package.reference}.zip")


def test_locked_pictures_are_included_only_if_a_supervisor_refers_them(
    analyst: User, supervisor: User, recipient: PoliceRecipient, keys: Keys
) -> None:
    report = assessed_case(author=analyst)
    picture = make_picture(report)
    suspect_upload(upload=picture, actor=analyst, now=NOW)
    due(report, author=analyst)
    assert "files/" not in "".join(files_of(pack(), keys))
    handed = refer_suspected(report=report, actor=supervisor, now=NOW)
    files = files_of(package := pack(), keys)
    name = f"files/picture-{picture.pk}.webp"
    assert (list(package.referrals.all()), package.pictures) == ([handed], [picture.pk])
    assert files[name] == drawn()
    (case,) = case_json(files)["cases"]
    # The data of the item that carries the referral are left out.
    assert case["items"] == []
    assert case["pictures"] == [
        {
            "member": name,
            "media_type": "image/webp",
            "size": len(drawn()),
            "sha256": hashlib.sha256(drawn()).hexdigest(),
            "received_sha256": (picture.uuid.bytes * 2).hex(),
            "locked_at": "2026-03-02T10:00:00Z",
            "suspected_by": "first",
        }
    ]
    assert ("upload.suspected", "first") in [(link["action"], link["who"]) for link in case["custody"]]


def test_missing_recipient_is_reported(analyst: User, keys: Keys) -> None:
    make_recipient(keys.pem, is_default=False)
    referral = due(assessed_case(author=analyst), author=analyst)
    assert build_due_packages(now=NOW) == 0
    assert codes([referral]) == [("due", "no_recipient")]
    notices = selectors.police_alerts(NOW)
    assert notices
    assert notices.put_off == [referral]
    # After a supervisor sets a recipient, packing is retried at once.
    chosen = PoliceRecipient.objects.get()
    chosen.is_default = True
    save_recipient(recipient=chosen, actor=None, now=NOW + MINUTE, changed=["is_default"])
    assert build_due_packages(now=NOW + MINUTE) == 1
    assert codes([referral]) == [("due", "")]


def test_an_expired_certificate_is_reported_and_referrals_stay_due(
    analyst: User, recipient: PoliceRecipient, tmp_path: Path
) -> None:
    later = NOW + 366 * DAY
    recipient.certificate = make_keys(tmp_path, ends=NOW + 365 * DAY).pem
    save_recipient(recipient=recipient, actor=None, now=NOW, changed=["certificate"])
    referral = due(assessed_case(author=analyst), author=analyst, at=later)
    assert build_due_packages(now=later) == 0
    assert codes([referral]) == [("due", "certificate_expired")]
    notices = selectors.police_alerts(later)
    assert notices
    assert (list(notices.expiring), notices.put_off) == ([recipient], [referral])
    assert build_due_packages(now=later + RETRY_INTERVAL) == 0
    fresh = make_keys(tmp_path, ends=later + 365 * DAY)
    recipient.certificate = fresh.pem
    save_recipient(recipient=recipient, actor=None, now=later + RETRY_INTERVAL, changed=["certificate"])
    package = pack(later + RETRY_INTERVAL)
    assert package.certificate_sha256 == fresh.fingerprint
    assert json.loads(files_of(package, fresh)["case.json"])["reference"] == package.reference


def test_a_worker_without_keys_puts_off(
    analyst: User, recipient: PoliceRecipient, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    referral = due(assessed_case(author=analyst), author=analyst)
    keys_file, settings.SEALING_PRIVATE_KEYS = settings.SEALING_PRIVATE_KEYS, tmp_path / "nothing"
    assert build_due_packages(now=NOW) == 0
    assert codes([referral]) == [("due", "no_keys")]
    assert "has no private keys" in caplog.text
    assert (PolicePackage.objects.count(), PoliceFile.objects.count()) == (0, 0)
    assert "police.packed" not in events_of(referral.report)
    settings.SEALING_PRIVATE_KEYS = keys_file
    assert build_due_packages(now=NOW + RETRY_INTERVAL) == 1


def test_a_case_that_cannot_be_packed_does_not_stop_others(
    analyst: User, supervisor: User, keys: Keys, caplog: pytest.LogCaptureFixture
) -> None:
    make_recipient(keys.pem, grouping="day")
    good = due(assessed_case(author=analyst), author=analyst, at=NOW - DAY)
    broken = assessed_case(author=analyst)
    picture = make_picture(broken)
    suspect_upload(upload=picture, actor=analyst, now=NOW - DAY)
    bad = refer_suspected(report=broken, actor=supervisor, now=NOW - DAY)
    type(picture).objects.filter(pk=picture.pk).update(uuid="00000000-0000-4000-8000-000000000000")
    package = pack()
    assert list(package.referrals.all()) == [good]
    assert codes([good, bad]) == [("due", ""), ("due", "not_made")]
    assert "could not be built: FileNotFoundError." in caplog.text


def test_a_package_that_contradicts_its_manifest_is_refused(
    monkeypatch: pytest.MonkeyPatch, analyst: User, recipient: PoliceRecipient
) -> None:
    referral = due(assessed_case(author=analyst), author=analyst)
    build_zip = encryption.build_zip
    monkeypatch.setattr(build.encryption, "build_zip", lambda members: build_zip(members[1:]))
    assert build_due_packages(now=NOW) == 0
    assert codes([referral]) == [("due", "not_made")]


def test_by_e_mail_it_is_queued(analyst: User, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    make_recipient(keys.pem, **BY_MAIL)
    first, second = (due(assessed_case(author=analyst), author=analyst, at=NOW + place * MINUTE) for place in range(2))
    package = pack()
    file = PoliceFile.objects.get(package=package)
    assert bytes(file.outgoing or b"") == encrypted_of(package)
    assert (package.due_at, package.email_problem) == (NOW, "")
    monkeypatch.setattr(build, "MAX_EMAIL_BYTES", 100)
    package = pack(NOW + MINUTE)
    assert (package.email_problem, package.due_at, PoliceFile.objects.get(package=package).outgoing) == (
        "too_large",
        None,
        None,
    )
    assert codes([first, second]) == [("due", "")] * 2


def test_a_referral_is_in_one_package_at_a_time(analyst: User, recipient: PoliceRecipient) -> None:
    referral = due(assessed_case(author=analyst), author=analyst)
    package = pack()
    with pytest.raises(Exception, match="one_package_a_referral"):
        PolicePackageItem.objects.create(package=package, referral=Referral.objects.get(pk=referral.pk))
