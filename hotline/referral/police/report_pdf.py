"""The PDF report of a package: PDF/UA-1 by typst, labels in Serbian Cyrillic, evidence in monospaced type as stored."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clicksafely.common.documents import typst
from hotline.hosting.countries import country_name
from hotline.referral.police.encryption import Member

FOLDER = Path(__file__).parent
LANGUAGE = "sr"
# The supported glyphs of DejaVu Sans Mono: Latin, Greek, Cyrillic, Armenian, Georgian, Arabic, symbols. PDF/UA
# forbids missing glyphs.
_DRAWN = (
    (0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x1C3), (0x1CD, 0x1E3), (0x1FC, 0x221), (0x250, 0x2AD), (0x3A3, 0x3CE), (0x400, 0x45F),
    (0x531, 0x556), (0x561, 0x587), (0x621, 0x63A), (0x640, 0x652), (0x660, 0x669), (0x10D0, 0x10FC), (0x1E80, 0x1E85),
    (0x2010, 0x2023), (0x2030, 0x2037), (0x2039, 0x203A), (0x20A0, 0x20B5), (0x2190, 0x21FF), (0x2500, 0x262F),
)  # fmt: skip
_LINES = "\n\t"
Row = tuple[str, str, bool]


def render_pdf(content: Mapping[str, Any], *, recipient: str, members: Sequence[Member]) -> bytes:
    """Render the result of `export_data.describe_package` as a PDF; `members` are the package's other files.

    Raises typst.TypstError, OSError.
    """
    data = report_sections(content, recipient=recipient, members=members)
    return typst.compile_pdf(
        FOLDER / "report.typ", _drawable(data), created_at=datetime.fromisoformat(content["created_at"])
    )


def drawable(text: str) -> str:
    """`text` with each invisible or unsupported character replaced by its number: `‹U+1F600›`."""
    return "".join(
        character if character in _LINES or _is_drawn(ord(character)) else f"‹U+{ord(character):04X}›"
        for character in text
    )


def _is_drawn(code: int) -> bool:
    return any(first <= code <= last for first, last in _DRAWN)


def _drawable(value: Any) -> Any:
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, dict):
        return {name: _drawable(inner) for name, inner in value.items()}
    return [_drawable(inner) for inner in value] if isinstance(value, list | tuple) else value


def report_sections(content: Mapping[str, Any], *, recipient: str, members: Sequence[Member]) -> dict[str, Any]:
    """Return the report's content in order and in its language: headings, and rows of (label, value, is evidence)."""
    with translation.override(LANGUAGE):
        return _lay_out(content, recipient, members)


def _lay_out(content: Mapping[str, Any], recipient: str, members: Sequence[Member]) -> dict[str, Any]:
    cases = content["cases"]
    return {
        "title": _("Report to the police %(reference)s") % content,
        "reference": content["reference"],
        "hotline": _("Net Patrola"),
        "summary": _(
            "The hotline Net Patrola hands over the reported content and the assessment of its analysts. "
            "Addresses and reporters' text are printed in monospaced type exactly as stored; characters that "
            "cannot be printed are given by their number. The file case.json contains the same data for "
            "machines. Addresses may lead to illegal content: do not open them except on duty."
        ),
        "labels": {
            "description": _("Reported content, its assessment and its chain of custody"),
            "facts": _("Data"),
            "words": _("Reporter's statement"),
            "files": _("Files received with the report"),
            "custody": _("Chain of custody"),
            "custody_columns": [_("Time"), _("Who"), _("What happened"), _("Event")],
            "members": _("Package contents"),
            "members_note": _(
                "SHA-256 of each file, as in manifest.json. The hotline keeps the SHA-256 of the whole package."
            ),
        },
        "facts": [
            _row(_("Created"), _time(content["created_at"])),
            _row(_("Recipient"), recipient),
            _row(_("Cases"), ", ".join(case["reference"] for case in cases)),
        ],
        "cases": [_case(case) for case in cases],
        "members": [(member.name, _bytes(len(member.content)), member.sha256) for member in members],
    }


def _case(case: Mapping[str, Any]) -> dict[str, Any]:
    facts = [
        _row(_("Received"), _time(case["received_at"])),
        _row(_("Channel"), case["channel_in_words"]),
        _row(_("Reported as"), case["category_in_words"]),
        _row(_("A child is in danger now"), _("according to the reporter")) if case["danger_now"] else None,
        _row(_("Victim"), _("the reporter, according to their own statement")) if case["reporter_is_victim"] else None,
    ]
    note = _("A part can no longer be decrypted: its key is missing, or it is damaged.")
    return {
        "title": _("Case %(reference)s") % case,
        "facts": [fact for fact in facts if fact],
        "items": [_item(item, place, len(case["items"])) for place, item in enumerate(case["items"], start=1)],
        "words": [(str(_labels()[name]), text) for name, text in case["words"].items()],
        "words_note": note if case["words_unreadable"] else "",
        "files": [
            *(_picture(picture) for picture in case["pictures"]),
            *(_file(file, place) for place, file in enumerate(case["files"], start=1)),
        ],
        "custody": [
            (_second(link["at"]), link["who"] or _("the portal"), link["text"], str(link["event"]))
            for link in case["custody"]
        ],
    }


def _item(item: Mapping[str, Any], place: int, total: int) -> dict[str, Any]:
    hosting = item["hosting"] or {}
    opinions = [
        _row(_("Assessment: %(round)s") % {"round": opinion["round_in_words"]}, _opinion(opinion))
        for opinion in item["assessments"]
    ]
    facts = [
        _row(_("Kind"), item["kind_in_words"]),
        _row(_("Site type"), item["site_type_in_words"]),
        _row(_("First reported"), _time(item["first_reported_at"])),
        _row(_("Host"), hosting.get("host", ""), evidence=True),
        _row(_("IP addresses"), "\n".join(_address(entry) for entry in hosting.get("addresses", ())), evidence=True),
        _row(_("DNS aliases"), "\n".join(hosting.get("leads_through", ())), evidence=True),
        _row(_("Country"), country_name(hosting.get("country", ""))),
        _row(_("Network"), f"AS{hosting['asn']} {hosting['organisation']}" if hosting.get("asn") else ""),
        _row(_("Registrar"), hosting.get("registrar", "")),
        _row(_("Checked"), _time(hosting.get("looked_up_at", ""))),
        *opinions,
        _row(_("Referral decided"), _time(item["decided_at"])),
        _row(_("Reason for urgency"), item["reason"], evidence=True),
    ]
    return {
        "title": _("Content %(place)s of %(total)s") % {"place": place, "total": total},
        "location": item["location"],
        "facts": [fact for fact in facts if fact[1]],
    }


def _opinion(opinion: Mapping[str, Any]) -> str:
    answers = "; ".join(answer["in_words"] for answer in opinion["answers"])
    return f"{answers} ({opinion['who']}, {_time(opinion['at'])})"


def _picture(picture: Mapping[str, Any]) -> dict[str, Any]:
    facts = [
        _row(_("Size"), _bytes(picture["size"])),
        _row(_("Locked"), _time(picture["locked_at"])),
        _row(_("Suspected by"), picture["suspected_by"] or _("a list of known child sexual abuse material")),
        _row(_("SHA-256 of this copy"), picture["sha256"], evidence=True),
        _row(_("SHA-256 as received"), picture["received_sha256"], evidence=True),
    ]
    title = _("Locked picture, not shown here: %(member)s") % picture
    return {"title": title, "facts": [fact for fact in facts if fact[1]]}


def _file(file: Mapping[str, Any], place: int) -> dict[str, Any]:
    digests = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "pdq": "PDQ"}
    facts = [
        _row(_("Origin"), file["origin_in_words"]),
        _row(_("Media type"), file["media_type"], evidence=True),
        _row(_("Size"), _bytes(file["size"]) if file["size"] is not None else ""),
        _row(_("State"), _("locked: suspected child sexual abuse material") if file["locked"] else ""),
        *(_row(label, file.get(name, ""), evidence=True) for name, label in digests.items()),
    ]
    return {"title": _("File %(place)s") % {"place": place}, "facts": [fact for fact in facts if fact[1]]}


def _labels() -> dict[str, str]:
    return {
        "subject": _("Subject"),
        "what": _("What it shows"),
        "when_seen": _("Time seen"),
        "details": _("Details"),
        "addresses_as_typed": _("Addresses as typed"),
        "app": _("App"),
        "handle": _("Profile"),
    }


def _row(label: str, value: str, *, evidence: bool = False) -> Row:
    return label, value, evidence


def _address(entry: Mapping[str, Any]) -> str:
    network = f"AS{entry['asn']} {entry.get('organisation', '')}" if entry.get("asn") else ""
    return "  ".join(filter(None, (entry["ip"], entry.get("country", ""), network.strip())))


def _bytes(size: int) -> str:
    return ngettext("%(n)s byte", "%(n)s bytes", size) % {"n": size}


def _time(moment: str) -> str:
    """Return the Belgrade time to the minute; empty for empty."""
    return date_format(timezone.localtime(datetime.fromisoformat(moment)), "SHORT_DATETIME_FORMAT") if moment else ""


def _second(moment: str) -> str:
    """Return the Belgrade time to the second."""
    return date_format(timezone.localtime(datetime.fromisoformat(moment)), "d.m.Y. H:i:s")
