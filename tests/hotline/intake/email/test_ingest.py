"""Messages become reports, thread messages or entries, once and never in clear."""

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from pytest_django import Settings

from clicksafely.common.crypto import key_rotation, keyring, receipts, sealing
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.models import AuditEvent
from hotline.intake.email import services
from hotline.intake.email.labels import other_readings
from hotline.intake.email.parser import Undecoded
from hotline.intake.email.sandbox import parse_message
from hotline.intake.email.services import ingest_message, ingest_oversize
from hotline.intake.email.types import UnreadableMessage
from hotline.models import FileHash, IncomingMail, MailboxState, MailThread, Message, Report, SealedText
from hotline.outbox import queue
from hotline.triage.services import triage_report
from tests.factories.hotline import ReportFactory
from tests.factories.mail import PICTURE, SENDER, bounce, message, with_picture
from tests.hotline.review.conftest import NOW

pytestmark = pytest.mark.django_db

HOUR = NOW.replace(minute=0)
OURS = "prijava@hotline.test"


def ingest(raw: bytes) -> IncomingMail:
    """Take a message in; as the database has it then."""
    return IncomingMail.objects.get(pk=ingest_message(raw=raw, now=NOW).pk)


def report_of(raw: bytes) -> Report:
    report = ingest(raw).report
    assert report is not None
    return report


def texts_of(report: Report) -> dict[str, Any]:
    return {
        text.field: json.loads(
            sealing.open_sealed(
                text.sealed, ring="hotline", table="hotline_sealedtext", field=text.field, row=text.uuid
            )
        )
        for text in report.texts.all()
    }


def content(mail: IncomingMail) -> dict[str, Any]:
    sealed = mail.sealed
    assert sealed is not None
    plain = sealing.open_sealed(sealed, ring="hotline", table="hotline_incomingmail", field="content", row=mail.uuid)
    return dict(json.loads(plain))


def in_clear(*markers: bytes | str) -> list[tuple[str, str]]:
    """Where the hotline's tables hold any of these, in whatever writing: (table, marker)."""
    found = []
    tables = [table for table in connection.introspection.table_names() if table.startswith(("hotline_", "common_"))]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 - the names come from the database
            rows = " ".join(row for (row,) in cursor.fetchall()).lower()
            for marker in markers:
                plain = marker.encode() if isinstance(marker, str) else marker
                if plain.hex() in rows or plain.decode(errors="replace").lower() in rows:
                    found.append((table, str(marker)))
    return found


@pytest.fixture
def ours(settings: Settings) -> None:
    """Replies come back to an address of ours."""
    settings.MAIL_ADDRESS = OURS


def tagged(report: Report) -> str:
    thread = queue.get_or_create_thread(report=report)
    assert isinstance(thread, MailThread)
    return OURS.replace("@", f"+{thread.tag.lower()}@")


# --- Reports ---


def test_a_message_becomes_a_report() -> None:
    mail = ingest(with_picture(7, Subject="Prijava za vas"))
    report = mail.report
    assert (mail.kind, mail.reason, mail.state, mail.sealed, mail.received_at) == ("report", "", "", None, HOUR)
    assert report is not None
    assert (report.channel, report.language, report.received_at, report.state) == ("email", "sr-latn", HOUR, "received")
    texts = texts_of(report)
    assert (texts["words"]["what"], texts["words"]["subject"]) == ("U prilogu je slika.", "Prijava za vas")
    assert texts["contact"] == {"contact": SENDER, "sender": SENDER, "wants_answer": True}
    assert ["From", f"Ana Petrovic <{SENDER}>"] in texts["headers"]["lines"]
    assert texts["attached"] == {
        "files": [{"name": "letovanje-marko.jpg", "media_type": "image/jpeg", "size": len(PICTURE)}],
        "left_out": 0,
    }
    (file,) = FileHash.objects.filter(report=report)
    assert (file.origin, file.size, len(file.open_digests().sha256 or b"")) == ("mail", len(PICTURE), 32)
    (event,) = AuditEvent.objects.filter(action="report.received")
    assert (event.actor_id, event.data) == (None, {"channel": "email"})


def test_addresses_are_found_and_an_unread_message_is_assumed_to_be_csam() -> None:
    report = report_of(message(Reply_To="pisite@example.net", text="hxxps://forum[.]example[.]org/tema/7"))
    assert report.locations == [{"kind": "url", "canonical": "https://forum.example.org/tema/7"}]
    texts = texts_of(report)
    assert (texts["contact"]["contact"], "undecoded" in texts["words"]) == ("pisite@example.net", False)
    assert (report.category, report.category_assumed) == ("csam", True)
    triage_report(report_id=report.pk, now=NOW)
    report.refresh_from_db()
    assert (report.state, report.queue, report.priority_reasons) == ("triaged", "review", ["csam"])
    assert sorted(texts_of(report_of(message(2, From="")))) == ["headers", "words"]


def test_no_data_of_sender_or_message_is_stored_in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the words, not a header line, not the name of a file, not its bytes, and the Message-ID only by a keyed digest."""
    drawn = []
    draw = services.receipts.generate_code
    monkeypatch.setattr(services.receipts, "generate_code", lambda: drawn.append(draw()) or drawn[-1])  # type: ignore[func-returns-value]
    raw = with_picture(
        "tajni-broj", Subject="Naslov-koji-odaje", Received="from kucni-racunar.example.org", X_Odaje="x-oznaka-1"
    )
    ingest(raw)
    ingest(b"bez-zaglavlja tajna-rec\r\n")
    ingest(bounce(to="x@hotline.test", failed="neko-drugi@example.net"))
    markers = (
        "tajni-broj", "Naslov-koji-odaje", "kucni-racunar", "x-oznaka-1", SENDER, "Petrovic", "letovanje-marko", "prilogu", "tajna-rec",
        "neko-drugi", PICTURE[:40], parse_message(raw).identity,
    )  # fmt: skip
    assert len(drawn) == 1
    assert in_clear(*markers, *drawn) == []
    assert in_clear("sr-latn") == [("hotline_report", "sr-latn")], "what is in clear by design is found"


# --- Once ---


def test_the_same_message_again_is_the_same_row() -> None:
    first = ingest_message(raw=message(), now=NOW)
    again = ingest_message(raw=b"Received: from elsewhere\r\n" + message(), now=NOW)
    assert (first.pk, first.is_new, again.is_new) == (again.pk, True, False)
    without_id = message(2, Message_ID="")
    assert (
        ingest(without_id).pk == ingest(b"Received: from elsewhere\r\nDelivered-To: x@example.org\r\n" + without_id).pk
    )
    assert ingest(b"no message at all").pk == ingest(b"no message at all").pk
    assert (IncomingMail.objects.count(), Report.objects.count()) == (3, 2)


@pytest.mark.django_db(transaction=True)
def test_concurrent_ingests_of_one_message_make_one_report() -> None:
    raw, start = with_picture(), threading.Barrier(8)

    def take(_number: int) -> IncomingMail:
        try:
            start.wait(60)
            return ingest_message(raw=raw, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        mails = list(pool.map(take, range(8)))
    assert (len({mail.pk for mail in mails}), sum(mail.is_new for mail in mails)) == (1, 1)
    assert (Report.objects.count(), IncomingMail.objects.count(), FileHash.objects.count()) == (1, 1, 1)


# --- What is no report of its own ---


def test_a_reply_joins_its_case(ours: None) -> None:
    report = ReportFactory()
    raw = with_picture("re", to=tagged(report))
    mail = ingest(raw)
    assert (mail.kind, mail.report, mail.state, mail.reason) == ("reply", report, "", "")
    assert ingest_message(raw=raw, now=NOW).pk == mail.pk
    assert Message.objects.get().report == report
    assert Report.objects.get() == report
    assert FileHash.objects.get().report == report
    entry = content(mail)
    assert ["From", f"Ana Petrovic <{SENDER}>"] in entry["headers"]
    assert (entry["text"], [file["name"] for file in entry["files"]]) == ("", ["letovanje-marko.jpg"])
    assert in_clear(SENDER, "letovanje-marko", "prilogu") == []


def test_an_automatic_reply_is_stored_apart_from_the_dialogue(ours: None) -> None:
    report = ReportFactory()
    mail = ingest(message("away", to=tagged(report), Auto_Submitted="auto-replied", text="Нисам ту до петка."))
    assert (mail.kind, mail.report, mail.state) == ("auto_reply", report, "")
    assert content(mail)["text"].strip() == "Нисам ту до петка."
    assert not Message.objects.exists()
    report.refresh_from_db()
    assert not report.has_news
    assert AuditEvent.objects.filter(action="mail.auto_reply", subject_id=report.pk).count() == 1


def test_automatic_messages_about_nothing_of_ours() -> None:
    assert ingest(message("machine", Auto_Submitted="auto-generated")).kind == "report"
    mail = ingest(bounce(to=OURS))
    assert (mail.kind, mail.report, mail.state) == ("bounce", None, "open")
    assert Report.objects.count() == 1


# --- What could not be read or kept ---


@pytest.mark.parametrize("raw", [b"", b"hello", b"\xff\xd8\xff\xe0" + PICTURE])
def test_unreadable_message_becomes_an_entry(raw: bytes) -> None:
    mail = ingest(raw)
    assert (mail.kind, mail.state, mail.report, mail.size) == ("unreadable", "open", None, len(raw))
    assert mail.reason in {"no_headers", "empty"}
    assert sorted(content(mail)) == ["files", "headers", "text"]


def test_only_digests_and_types_of_files_in_an_entry_are_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Suspected abuse material must not be stored, however the message failed."""
    read = parse_message(with_picture())

    def nothing(raw: bytes) -> None:
        raise UnreadableMessage(
            "empty", identity=read.identity, headers=read.headers, files=read.files, file_names=read.file_names
        )

    monkeypatch.setattr(services, "parse_message", nothing)
    (file,) = content(ingest(with_picture()))["files"]
    assert sorted(file) == ["md5", "media_type", "name", "sha1", "sha256", "size"]
    assert (file["name"], file["size"], len(file["sha256"])) == ("letovanje-marko.jpg", len(PICTURE), 64)


WRONG = "Ђаче, помози ми".encode("windows-1251")


def test_an_undecodable_text_is_stored_as_received() -> None:
    """The label is wrong: nothing is lost, and staff read it in other charsets."""
    report = report_of(message(text="", Content_Type="text/plain; charset=shift_jis").rstrip() + b"\r\n\r\n" + WRONG)
    words = texts_of(report)["words"]
    assert "bad_bytes" in texts_of(report)["headers"]["notes"]
    assert "\ufffd" in words["what"]
    (undecoded,) = words["undecoded"]
    assert (base64.b64decode(undecoded["data"]), undecoded["charset"]) == (WRONG, "shift_jis")
    assert ("windows-1251", "Ђаче, помози ми") in other_readings(words["undecoded"])
    assert not in_clear(WRONG, undecoded["data"])


def test_an_undecodable_text_is_stored_without_tags_and_files() -> None:
    """Suspected abuse material must not be stored."""
    code = base64.b64encode(PICTURE * 20)
    assert len(code) > 1000
    html = b'<p title="x">' + WRONG + b'<img src="data:image/jpeg;base64,' + code + b'"></p>\n' + code
    head = message(text="", Content_Type="text/html; charset=shift_jis").rstrip()
    (undecoded,) = parse_message(head + b"\r\n\r\n" + html).undecoded
    assert base64.b64decode(undecoded.data).split() == WRONG.split()


def test_a_code_in_a_damaged_text_is_hidden() -> None:
    report = ReportFactory()
    code = receipts.format_receipt(report.receipt)
    mail = replace(
        parse_message(message()), undecoded=(Undecoded(base64.b64encode(f"код {code}".encode("cp1251")).decode(), ""),)
    )
    (undecoded,) = services._without_receipts(mail).undecoded
    assert code.encode() not in base64.b64decode(undecoded.data)


def test_a_message_that_our_reading_fails_at_is_an_entry_with_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in the portal's code; the encoded file is not part of the text."""

    def fails(raw: bytes) -> None:
        raise RecursionError

    monkeypatch.setattr(services, "parse_message", fails)
    raw = with_picture()
    mail = ingest(raw)
    assert (mail.kind, mail.reason, mail.state) == ("unreadable", "not_parsed", "open")
    entry = content(mail)
    assert ["From", f"Ana Petrovic <{SENDER}>"] in entry["headers"]
    assert "U prilogu je slika." in entry["text"]
    assert not [line for line in entry["text"].split("\n") if len(line) > 40 and " " not in line]
    assert (entry["files"][0]["media_type"], entry["files"][0]["size"]) == ("message/rfc822", len(raw))
    uuencoded = b"Subject: x\n\nrec i rec\nbegin 644 x.jpg\nM_]C_X  02D9)  $\n#  ! @\n`\nend\nkraj i kraj\n"
    assert content(ingest(uuencoded))["text"].split("\n") == ["rec i rec", "kraj i kraj"]


def test_a_message_that_cannot_be_stored_is_an_entry_and_nothing_is_half_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(**_: object) -> None:
        raise ValueError

    monkeypatch.setattr(services, "queue_auto_reply", fails)
    mail = ingest(with_picture())
    assert (mail.kind, mail.reason, mail.state) == ("unreadable", "not_stored", "open")
    assert "U prilogu je slika." in content(mail)["text"]
    assert (Report.objects.count(), SealedText.objects.count(), FileHash.objects.count()) == (0, 0, 0)
    assert not AuditEvent.objects.filter(action="report.received").exists()
    assert ingest(with_picture()) == mail
    monkeypatch.undo()
    assert ingest(with_picture()).kind == "report", "put aside, it is tried again with a new version"


def test_without_the_database_no_message_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(services, "submit_report", away)
    with pytest.raises(OperationalError):
        ingest_message(raw=message(), now=NOW)
    assert not IncomingMail.objects.exists()


@pytest.mark.parametrize("raw", [message(), b"no message"])
def test_without_public_keys_no_message_is_accepted(settings: Settings, raw: bytes) -> None:
    settings.SEALING_PUBLIC_KEYS = Path("/nowhere/public.json")
    with pytest.raises(SealError):
        ingest_message(raw=raw, now=NOW)
    assert (IncomingMail.objects.count(), Report.objects.count()) == (0, 0)


def test_the_beginning_of_an_oversize_message_is_stored() -> None:
    head = with_picture()[:2000]
    mail = ingest_oversize(head=head, size=60_000_000, now=NOW)
    assert (mail.kind, mail.reason, mail.state, mail.size, mail.is_new) == (
        "unreadable",
        "too_large",
        "open",
        60_000_000,
        True,
    )
    entry = content(IncomingMail.objects.get())
    assert "U prilogu je slika." in entry["text"]
    assert entry["files"] == [], "a digest of half a file says nothing"
    html = '<p>Види <a href="https://skriveno.example.org/a">ово</a></p>'
    head_of_html = message("html", text=html, Content_Type="text/html; charset=utf-8")
    entry = content(ingest_oversize(head=head_of_html, size=60_000_000, now=NOW))
    assert "https://skriveno.example.org/a" in entry["text"]
    assert not ingest_oversize(head=head, size=60_000_000, now=NOW).is_new
    assert ingest_oversize(head=b"\x00" * 100, size=60_000_000, now=NOW).is_new
    assert ingest_oversize(head=b"\x00" * 100, size=60_000_001, now=NOW).is_new


# --- The database ---


GOOD: dict[str, Any] = {
    "identity": bytes(32),
    "kind": "unreadable",
    "reason": "x",
    "state": "open",
    "received_at": HOUR,
    "size": 1,
    "sealed": b"x",
}


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("identity", {"identity": GOOD["identity"]}),
        ("mail_identity_whole", {"identity": bytes(31)}),
        ("mail_kind_known", {"kind": "other"}),
        ("mail_report_whole", {"kind": "reply"}),
        ("mail_content_kept", {"kind": "bounce", "sealed": None}),
        ("mail_unreadable_whole", {"reason": ""}),
        ("mail_unreadable_whole", {"state": ""}),
        ("mail_handled_whole", {"state": "nothing"}),
        ("mail_handled_whole", {"handled_at": HOUR}),
    ],
)
def test_constraints_of_messages(constraint: str, columns: dict[str, Any]) -> None:
    IncomingMail.objects.create(**GOOD)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        IncomingMail.objects.create(**GOOD | {"identity": bytes([1]) * 32} | columns)


def test_constraints_of_the_mailbox() -> None:
    token = "5a8b6c1e-7d0f-4a53-9c2e-1f6b8d3e4a90"
    for constraint, columns in (
        ("one_mailbox", {"pk": 2}),
        ("mailbox_failure_whole", {"error": "login"}),
        ("mailbox_failure_whole", {"failing_since": HOUR}),
        ("mailbox_hold_whole", {"held_until": HOUR}),
        ("mailbox_hold_whole", {"held_by": token}),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            MailboxState.objects.create(**{"pk": 1} | columns)


def test_sealed_parts_of_a_message_are_rotated(settings: Settings, tmp_path: Path) -> None:
    sealing.generate_rings(tmp_path)
    settings.SEALING_PUBLIC_KEYS, settings.SEALING_PRIVATE_KEYS = tmp_path / "public.json", tmp_path / "private.json"
    mail = ingest(b"no message")
    before = content(mail)
    keyring.add_key("hotline", public_path=tmp_path / "public.json", private_path=tmp_path / "private.json")
    assert key_rotation.count_stale("hotline") == 1
    result = key_rotation.reseal("hotline", progress=lambda tried: None)
    assert (result.done, result.failed, key_rotation.count_stale("hotline")) == (1, [], 0)
    assert content(IncomingMail.objects.get()) == before
