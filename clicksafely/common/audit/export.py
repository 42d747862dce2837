"""Exports of the audit trail as a ZIP file with a signed proof, and their verification."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log, chain
from clicksafely.common.audit.labels import describe, subject_name
from clicksafely.common.audit.search_record import codes_of
from clicksafely.common.crypto import signing
from clicksafely.common.documents.csv_output import BYTE_ORDER_MARK, escape_formula
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.models import AuditEvent
from clicksafely.common.permissions import has_role_permission

EXPORT: Final = "common.export_auditevent"
PURPOSE: Final = "audit export"
MAX_EVENTS: Final = 20_000
# Of one file in an export that is verified.
MAX_FILE_BYTES: Final = 200 * 1024 * 1024
CSV, LINES, PROOF, SIGNATURE, KEY, README = (
    "events.csv",
    "events.jsonl",
    "proof.json",
    "proof.sig",
    "public-key.pem",
    "README.txt",
)
# Names of the columns that a MAC covers, in its order.
COLUMNS: Final = ("id", "at", "action", "actor_id", "subject_table", "subject_id", "data")
_README: Final = """\
An export of the audit trail, with its proof.

events.csv    for reading
events.jsonl  the same events, one JSON object a line, as the chain covers them
proof.json    when, by which account and with which filters they were exported, the digests of both files, and the head of the chain
proof.sig     the Ed25519 signature of proof.json by the staff site

To verify it without the portal, with OpenSSL 3:

  sha256sum events.csv events.jsonl          # the digests in proof.json
  openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in proof.json -sigfile proof.sig

Compare public-key.pem with a copy that you received from the centre in another way: {fingerprint}

To compare the events with the database and the chain, where the portal runs:

  manage.py verify_audit_export FILE.zip
"""


class ExportNotAllowed(ActionRefused):
    """The actor may not export the trail."""

    reason = gettext_lazy("Your role does not export the audit trail.")


class TooManyEvents(ActionRefused):
    """The filtered trail exceeds `MAX_EVENTS`."""

    reason = gettext_lazy("This selection has more than 20,000 events. Choose a person, a case or a period.")


@dataclass(frozen=True)
class ExportFault:
    """An error of an export, in English."""

    text: str


def export_trail(
    *, events: "QuerySet[AuditEvent]", filters: Mapping[str, str], actor: AbstractBaseUser, now: datetime
) -> bytes:
    """Return a ZIP file of `events`, signed, and record the export. `filters` are those of the list.

    Raises ExportNotAllowed, TooManyEvents, NoSigningKey, and ImproperlyConfigured without AUDIT_KEY.
    """
    if not has_role_permission(actor, EXPORT):
        raise ExportNotAllowed
    signing.check_keys()
    chain.link_events()
    rows = list(events.order_by("pk")[: MAX_EVENTS + 1])
    if len(rows) > MAX_EVENTS:
        raise TooManyEvents
    links = chain.read_links([event.pk for event in rows])
    table, lines = _csv(rows, links).encode(), _lines(rows, links).encode()
    head = chain.current_head()
    chosen = codes_of(filters)
    statement: dict[str, signing.Value] = {
        "exported_at": now,
        "exported_by": actor.get_username(),
        "filters": json.dumps(chosen, sort_keys=True),
        "events": len(rows),
        "head": str(head),
        "sha256_csv": hashlib.sha256(table).hexdigest(),
        "sha256_jsonl": hashlib.sha256(lines).hexdigest(),
    }
    proof, signature = signing.sign_document(PURPOSE, statement)
    key = signing.public_key_pem()
    with transaction.atomic():
        data: dict[str, audit_log.AuditValue] = {
            "events": len(rows),
            "sha256": hashlib.sha256(lines).hexdigest(),
            "head": head.mac.hex(),
            **chosen,
        }
        audit_log.record(action="audit.exported", subject=None, actor=actor, now=now, data=data)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        fingerprint = f"its SHA-256 is {hashlib.sha256(key).hexdigest()}"
        for name, content in (
            (README, _README.format(fingerprint=fingerprint).encode()),
            (CSV, table),
            (LINES, lines),
            (PROOF, proof),
            (SIGNATURE, signature),
            (KEY, key),
        ):
            archive.writestr(name, content)
    return out.getvalue()


def verify_export(path: str) -> tuple[int, list[ExportFault]]:
    """Return the number of events of an export and its faults.

    Verifies the signature and the digests, and compares each event with the database and the chain. Raises OSError,
    zipfile.BadZipFile, zlib.error, RuntimeError for an encrypted file, and NoVerificationKeys.
    """
    with zipfile.ZipFile(path) as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
        missing = [name for name in (CSV, LINES, PROOF, SIGNATURE) if name not in entries]
        if missing:
            return 0, [ExportFault(f"{name} is missing") for name in missing]
        if large := [name for name, entry in entries.items() if entry.file_size > MAX_FILE_BYTES]:
            return 0, [ExportFault(f"{name} is too large") for name in large]
        table, lines, proof, signature = (archive.read(name) for name in (CSV, LINES, PROOF, SIGNATURE))
    if not signing.is_document_signed(proof, signature):
        return 0, [ExportFault("proof.json is not signed by this portal")]
    document = json.loads(proof)
    if document.get("purpose") != PURPOSE:
        return 0, [ExportFault("proof.json is not the proof of an export")]
    order = document["order"]
    faults = [
        ExportFault(f"{name} was changed")
        for name, data, digest in ((CSV, table, order["sha256_csv"]), (LINES, lines, order["sha256_jsonl"]))
        if hashlib.sha256(data).hexdigest() != digest
    ]
    if faults:
        return 0, faults
    written = [json.loads(line) for line in lines.splitlines()]
    faults += _compare(written)
    if not _is_in_chain(chain.ChainHead.parse(order["head"])):
        faults.append(ExportFault(f"the head {order['head']} is not in the chain of this database"))
    return len(written), faults


def _compare(written: list[dict[str, Any]]) -> Iterable[ExportFault]:
    stored = chain.read_links([row["event"]["id"] for row in written])
    for row in written:
        number = row["event"]["id"]
        if number not in stored:
            if row["link"] is not None or not AuditEvent.objects.filter(pk=number).exists():
                yield ExportFault(f"event {number} or its link is missing in the database")
            continue
        link = stored[number]
        # An export of version 1.0.0 has the transaction number, which is erased from the database.
        row["event"].pop("txid", None)
        if row["link"] is not None and (link.seq, link.mac.hex()) != (row["link"], row["mac"]):
            yield ExportFault(f"the link of event {number} was changed in the database")
        elif _event(link.event) != row["event"] or not chain.is_valid_link(link):
            yield ExportFault(f"event {number} was changed in the database")


def _is_in_chain(head: chain.ChainHead) -> bool:
    return head.seq == 0 or chain.mac_of_link(head.seq) == head.mac


def _event(columns: list[Any]) -> dict[str, Any]:
    values: dict[str, Any] = dict(zip(COLUMNS, columns[: len(COLUMNS)], strict=True))
    values["at"] = values["at"].astimezone(UTC).isoformat()
    return values


def _lines(rows: list[AuditEvent], links: Mapping[int, chain.StoredLink]) -> str:
    written = []
    for event in rows:
        if event.pk in links:
            link = links[event.pk]
            row = {"link": link.seq, "mac": link.mac.hex(), "event": _event(link.event)}
        else:
            row = {"link": None, "mac": None, "event": _event([getattr(event, name) for name in COLUMNS])}
        written.append(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n")
    return "".join(written)


def _csv(rows: list[AuditEvent], links: Mapping[int, chain.StoredLink]) -> str:
    names = dict(User.objects.filter(pk__in={event.actor_id for event in rows}).values_list("pk", "username"))
    out = io.StringIO()
    writer = csv.writer(out)
    columns = (
        _("Number of the link"),
        _("Time (UTC)"),
        _("Person"),
        _("Event"),
        _("Action"),
        _("Subject"),
        _("ID of the subject"),
        _("Data"),
    )
    writer.writerow(columns)
    for event in rows:
        who = names.get(event.actor_id or 0, _("former colleague")) if event.actor_id else _("portal")
        texts = (
            event.at.astimezone(UTC).isoformat(),
            who,
            describe(event),
            event.action,
            subject_name(event) if event.subject_id else "",
            str(event.subject_id or ""),
            json.dumps(event.data, ensure_ascii=False, sort_keys=True) if event.data else "",
        )
        link = links[event.pk].seq if event.pk in links else ""
        writer.writerow([link, *map(escape_formula, texts)])
    return BYTE_ORDER_MARK + out.getvalue()
