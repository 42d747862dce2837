"""What a notice says: the wording filled in, and a XARF report for each item. Nothing is sent and nothing is written here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils import timezone

from hotline.models import (
    Answer,
    ContentItem,
    Host,
    NoticeGroup,
    NoticeKind,
    NoticeLanguage,
    NoticeTemplate,
)
from hotline.post.config import tagged_address
from hotline.referral.notices.contacts import Recipient
from hotline.referral.notices.variables import fill
from hotline.referral.notices.xarf import Reported, xarf_report
from hotline.referral.routing import host_name_of
from hotline.states import Verdict

# ICCAM's classifications of abuse material, baseline and national.
_CSAM = frozenset({1, 2})
# More would make a message that nobody reads; what is beyond makes another notice.
MOST_ITEMS = 50


@dataclass(frozen=True)
class Finding:
    """What an item was found to be: the leading answer of the assessment that counts, and when that was given."""

    answer: Answer
    at: datetime

    @property
    def group(self) -> NoticeGroup:
        return NoticeGroup.CSAM if self.answer.iccam_id in _CSAM else NoticeGroup.OTHER

    def label(self, language: str) -> str:
        """In words; Serbian ones are Cyrillic."""
        return self.answer.label_en if language == NoticeLanguage.ENGLISH else self.answer.label_sr


@dataclass(frozen=True)
class Entry:
    """One item of a notice; `uuid` and `since` are the id and the time of its XARF report."""

    uuid: UUID
    item: ContentItem
    finding: Finding
    host: Host | None
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a message is made of. `language` is the contact's, `answers_to` our address for answers; `first_sent` None where nothing went out."""

    recipient: Recipient
    group: NoticeGroup
    kind: NoticeKind
    language: str
    reference: str
    answers_to: str
    entries: Sequence[Entry]
    now: datetime
    repeat: int = 0
    first_sent: datetime | None = None


@dataclass(frozen=True)
class Letter:
    """What goes out: subject, plain text with line ends of one kind, and the XARF reports in the order of the items."""

    subject: str
    text: str
    reports: list[dict[str, Any]]


def finding_of(item: ContentItem) -> Finding | None:
    """By the last assessment; None where there is none, or where its answer leads to nothing illegal."""
    last = max(item.assessments.all(), key=attrgetter("pk"), default=None)
    # The first question leads. Read whole, so that what was fetched for many items at once is enough.
    lead = next(iter(last.question_set.questions.all()), None) if last else None
    if last is None or lead is None:
        return None
    found = (each for each in lead.answers.all() if each.code == last.answers.get(lead.code))
    answer = next((each for each in found if each.verdict == Verdict.ILLEGAL), None)
    return Finding(answer, last.made_at) if answer else None


def entries_of(items: Sequence[tuple[UUID, ContentItem]], *, since: datetime) -> list[Entry]:
    """Items as a notice tells of them, without those in which nothing is found illegal any more; five queries for however many."""
    prefetch_related_objects([item for _, item in items], "assessments__question_set__questions__answers")
    names = {host_name_of(item) for _, item in items}
    hosts = {host.name: host for host in Host.objects.filter(name__in=names)}
    return [
        Entry(uuid, item, finding, hosts.get(host_name_of(item)), since)
        for uuid, item in items
        if (finding := finding_of(item))
    ]


def address_for_answers(tag: str) -> str:
    """Where the answers to a notice go; a dash where no e-mail is set up."""
    return tagged_address(tag) if settings.MAIL_ADDRESS else "-"


def language_of(contact_language: str) -> NoticeLanguage:
    """In which wording a contact is written to: Serbian to who reads it, English to everybody else."""
    return NoticeLanguage.SERBIAN if contact_language.lower().startswith("sr") else NoticeLanguage.ENGLISH


def write_letter(draft: Draft) -> Letter:
    """Fill the wording of the draft's kind, group and language. Raises KeyError where a wording was stored unchecked."""
    template = NoticeTemplate.objects.get(kind=draft.kind, group=draft.group, language=language_of(draft.language))
    return fill_template(subject=template.subject, body=template.body, draft=draft)


def fill_template(*, subject: str, body: str, draft: Draft) -> Letter:
    """The same with the wording given. The addresses stand in it byte for byte, each on a line of its own."""
    values, script = _values(draft), _script(draft.language)
    return Letter(
        subject=" ".join(fill(subject, values, language=script).split()),
        text=fill("\n".join(body.splitlines()).strip(), values, language=script) + "\n",
        reports=[_report(entry, draft) for entry in draft.entries],
    )


def _script(language: str) -> str:
    return "sr-latn" if language.lower() == "sr-latn" else "sr" if language.lower().startswith("sr") else "en"


def _values(draft: Draft) -> dict[str, str]:
    language = language_of(draft.language)
    labels = dict.fromkeys(
        fill(entry.finding.label(language), {}, language=_script(draft.language)) for entry in draft.entries
    )
    return {
        "addresses": "\n".join(entry.item.canonical for entry in draft.entries),
        "hosting": "\n".join(dict.fromkeys(_hosting(entry) for entry in draft.entries)),
        "category": ", ".join(labels),
        "count": str(len(draft.entries)),
        "reference": draft.reference,
        "date": _day(draft.now),
        "contact": " ".join(draft.recipient.contact.name.split()),
        "first_sent": _day(draft.first_sent) if draft.first_sent else "",
        "repeat": str(draft.repeat),
        # Not to be had in a notice about CSAM: its wording may not ask for them.
        **(
            {}
            if draft.group == NoticeGroup.CSAM
            else {"notifier_name": settings.NOTICE_NOTIFIER, "notifier_email": draft.answers_to}
        ),
    }


def _hosting(entry: Entry) -> str:
    """`www.example.org: 192.0.2.1, 2001:db8::1 (AS64500 Example Hosting, RS)`."""
    host = entry.host
    if host is None:
        return entry.item.host
    network = " ".join(filter(None, [f"AS{host.asn}" if host.asn else "", host.organisation]))
    whereabouts = ", ".join(filter(None, [network, host.country]))
    found = ", ".join(place.ip for place in host.places)
    return f"{host.name}: {found or '-'}" + (f" ({whereabouts})" if whereabouts else "")


def _day(moment: datetime) -> str:
    return timezone.localtime(moment).date().isoformat()


def _report(entry: Entry, draft: Draft) -> dict[str, Any]:
    return xarf_report(
        Reported(
            uuid=entry.uuid,
            address=entry.item.canonical,
            host=entry.host,
            host_name=entry.item.host,
            iccam_id=entry.finding.answer.iccam_id,
            code=entry.finding.answer.code,
            found_at=entry.finding.at,
            since=entry.since,
        ),
        organisation="" if draft.group == NoticeGroup.CSAM else settings.NOTICE_NOTIFIER,
        contact=draft.answers_to,
    )
