"""Content of a notice: the filled template, and a XARF report for each item. Nothing is sent or stored here."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clicksafely.common.serbian.scripts import to_script
from hotline.models import (
    AbuseContact,
    Answer,
    ContentItem,
    Host,
    HostAddress,
    NoticeGroup,
    NoticeKind,
    NoticeLanguage,
    NoticeStep,
    NoticeTemplate,
)
from hotline.outbox.config import tagged_address
from hotline.referral.routing import host_name_of
from hotline.referral.takedown.recipients import Recipient
from hotline.referral.takedown.xarf import ReportedItem, xarf_report
from hotline.states import Verdict

# The sender of notices, omitted for CSAM.
SENDER_NAME = "Net Patrola"

# Descriptions of the variables, for authors of templates.
MEANINGS: dict[str, Promise] = {
    "addresses": _("the exact addresses, one a line"),
    "hosting": _("their location: IP addresses, network, country"),
    "category": _("their classification"),
    "count": _("number of addresses"),
    "reference": _("the number of the notice"),
    "date": _("today"),
    "contact": _("the recipient's name"),
    "first_sent": _("the date of the first message"),
    "repeat": _("the number of the reminder"),
    "notifier_name": _("the name of the hotline"),
    "notifier_email": _("the address for answers"),
}
_IN_SUBJECT = frozenset({"reference", "count"})
_NOTIFIER = frozenset({"notifier_name", "notifier_email"})
_LATER = frozenset({"first_sent", "repeat"})
_VARIABLE = re.compile(r"\{\{[ \t]*([^{}\n]*?)[ \t]*\}\}")
_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")


def allowed(*, kind: str, group: str) -> list[str]:
    """Return the variables allowed in a text. A notice about CSAM does not name the hotline (DSA, article 16(2)(c))."""
    refused = _NOTIFIER if group == NoticeGroup.CSAM else frozenset()
    refused |= _LATER if kind == NoticeKind.FIRST else frozenset()
    refused |= frozenset({"repeat"}) if kind == NoticeKind.ESCALATION else frozenset()
    return [name for name in MEANINGS if name not in refused]


def required(*, group: str) -> list[str]:
    """Return the required variables: the exact addresses, and the hotline's name except about CSAM (DSA, article 16(2))."""
    return ["addresses"] if group == NoticeGroup.CSAM else ["addresses", *sorted(_NOTIFIER)]


def check_subject(subject: str) -> None:
    """Raises ValidationError, which names the variables not allowed in a subject."""
    _check(subject, [name for name in MEANINGS if name in _IN_SUBJECT])


def check_body(body: str, *, kind: str, group: str) -> None:
    """Raises ValidationError, which names every unknown, misplaced or missing variable."""
    used = _check(body, allowed(kind=kind, group=group))
    if missing := [name for name in required(group=group) if name not in used]:
        names = ", ".join(f"{{{{ {name} }}}}" for name in missing)
        raise ValidationError(_("The notice must contain %(names)s."), params={"names": names})


def substitute(text: str, values: Mapping[str, str], *, language: str) -> str:
    """Replace the variables of `text` once; values are inserted unchanged, in their own script.

    `language` is the contact's language: Serbian template text is converted to its script. Raises KeyError for a
    variable without a value.
    """
    pieces, last = [], 0
    for found in _VARIABLE.finditer(text):
        pieces += [to_script(text[last : found.start()], language), values[found[1]]]
        last = found.end()
    return "".join([*pieces, to_script(text[last:], language)])


def _check(text: str, variables: list[str]) -> set[str]:
    used = set(_VARIABLE.findall(text))
    problems = []
    for name in sorted(used.difference(variables)):
        near = difflib.get_close_matches(name, variables, 1)
        if name in MEANINGS:
            problems.append(ValidationError(_("{{ %(name)s }} cannot be used here."), params={"name": name}))
        elif near:
            problems.append(
                ValidationError(
                    _("There is no variable {{ %(name)s }}. Did you mean {{ %(near)s }}?"),
                    params={"name": name, "near": near[0]},
                )
            )
        else:
            problems.append(ValidationError(_("There is no variable {{ %(name)s }}."), params={"name": name}))
    if _BRACES.search(_VARIABLE.sub("", text)):
        problems.append(ValidationError(_("Write variables as {{ addresses }}. There are unmatched braces.")))
    if problems:
        raise ValidationError(problems)
    return used


# ICCAM's classifications of abuse material, baseline and national.
_CSAM = frozenset({1, 2})
# A longer notice would not be read; further items go into another notice.
MAX_ITEMS = 50


@dataclass(frozen=True)
class ItemClassification:
    """The classification of an item: the first answer of the last assessment, and its time."""

    answer: Answer
    at: datetime

    @property
    def group(self) -> NoticeGroup:
        return NoticeGroup.CSAM if self.answer.iccam_id in _CSAM else NoticeGroup.OTHER

    def label(self, language: str) -> str:
        """Return the label; Cyrillic for Serbian."""
        return self.answer.label_en if language == NoticeLanguage.ENGLISH else self.answer.label_sr


@dataclass(frozen=True)
class NoticeEntry:
    """One item of a notice; `uuid` and `since` are the id and the time of its XARF report."""

    uuid: UUID
    item: ContentItem
    finding: ItemClassification
    host: Host | None
    since: datetime


@dataclass(frozen=True, kw_only=True)
class NoticeDraft:
    """The input of a message.

    `language` is the contact's, `answers_to` our reply address, `first_sent` None if nothing was sent yet.
    """

    recipient: Recipient
    group: NoticeGroup
    kind: NoticeKind
    language: str
    reference: str
    answers_to: str
    entries: Sequence[NoticeEntry]
    now: datetime
    repeat: int = 0
    first_sent: datetime | None = None


@dataclass(frozen=True)
class RenderedNotice:
    """A rendered message: subject, plain text with uniform line ends, and the items' XARF reports in order."""

    subject: str
    text: str
    reports: list[dict[str, Any]]


def classify_item(item: ContentItem) -> ItemClassification | None:
    """Classify an item by its last assessment; None if there is none or its answer is not illegal."""
    last = max(item.assessments.all(), key=attrgetter("pk"), default=None)
    # The first question carries the verdict. Read as a list, to use prefetched rows.
    lead = next(iter(last.question_set.questions.all()), None) if last else None
    if last is None or lead is None:
        return None
    found = (each for each in lead.answers.all() if each.code == last.answers.get(lead.code))
    answer = next((each for each in found if each.verdict == Verdict.ILLEGAL), None)
    return ItemClassification(answer, last.created_at) if answer else None


def build_entries(items: Sequence[tuple[UUID, ContentItem]], *, since: datetime) -> list[NoticeEntry]:
    """Return the items as entries of a notice, without those no longer assessed as illegal.

    Five queries, for any number of items.
    """
    prefetch_related_objects([item for _, item in items], "assessments__question_set__questions__answers")
    names = {host_name_of(item) for _, item in items}
    hosts = {host.name: host for host in Host.objects.filter(name__in=names)}
    return [
        NoticeEntry(uuid, item, finding, hosts.get(host_name_of(item)), since)
        for uuid, item in items
        if (finding := classify_item(item))
    ]


def address_for_answers(tag: str) -> str:
    """Return the reply address of a notice; a dash if e-mail is not configured."""
    return tagged_address(tag) if settings.MAIL_ADDRESS else "-"


def language_of(contact_language: str) -> NoticeLanguage:
    """Return the language of the template: Serbian for Serbian-speaking contacts, English for all others."""
    return NoticeLanguage.SERBIAN if contact_language.lower().startswith("sr") else NoticeLanguage.ENGLISH


def render_notice(draft: NoticeDraft) -> RenderedNotice:
    """Fill the template of the draft's kind, group and language. Raises KeyError for an invalid stored template."""
    template = NoticeTemplate.objects.get(kind=draft.kind, group=draft.group, language=language_of(draft.language))
    return fill_template(subject=template.subject, body=template.body, draft=draft)


def fill_template(*, subject: str, body: str, draft: NoticeDraft) -> RenderedNotice:
    """Fill a given template. Addresses are inserted byte for byte, each on its own line."""
    values, script = _values(draft), _script(draft.language)
    return RenderedNotice(
        subject=" ".join(substitute(subject, values, language=script).split()),
        text=substitute("\n".join(body.splitlines()).strip(), values, language=script) + "\n",
        reports=[_report(entry, draft) for entry in draft.entries],
    )


def _script(language: str) -> str:
    return "sr-latn" if language.lower() == "sr-latn" else "sr" if language.lower().startswith("sr") else "en"


def _values(draft: NoticeDraft) -> dict[str, str]:
    language = language_of(draft.language)
    labels = dict.fromkeys(
        substitute(entry.finding.label(language), {}, language=_script(draft.language)) for entry in draft.entries
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
        # Templates about CSAM may not use these variables.
        **(
            {}
            if draft.group == NoticeGroup.CSAM
            else {"notifier_name": SENDER_NAME, "notifier_email": draft.answers_to}
        ),
    }


def _hosting(entry: NoticeEntry) -> str:
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


def _report(entry: NoticeEntry, draft: NoticeDraft) -> dict[str, Any]:
    return xarf_report(
        ReportedItem(
            uuid=entry.uuid,
            address=entry.item.canonical,
            host=entry.host,
            host_name=entry.item.host,
            iccam_id=entry.finding.answer.iccam_id,
            code=entry.finding.answer.code,
            found_at=entry.finding.at,
            since=entry.since,
        ),
        organisation="" if draft.group == NoticeGroup.CSAM else SENDER_NAME,
        contact=draft.answers_to,
    )


_NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
_ANSWERS = {
    NoticeGroup.CSAM: Answer(code="baseline_csam", label_sr="CSAM, основно", label_en="CSAM, baseline", iccam_id=1),
    NoticeGroup.OTHER: Answer(code="hate_speech", label_sr="говор мржње", label_en="hate speech"),
}


def render_sample(template: NoticeTemplate) -> RenderedNotice:
    """Render a template with sample data; nothing is stored."""
    place = HostAddress("192.0.2.17", "RS", 64500, "Primer hosting Beograd").as_dict()
    host = Host(
        name="www.example.org", addresses=[place], country="RS", asn=64500, organisation="Primer hosting Beograd"
    )
    finding = ItemClassification(_ANSWERS[NoticeGroup(template.group)], _NOW)
    items = [ContentItem(canonical=f"https://www.example.org/{page}", host=host.name) for page in ("a", "b?x=1#y")]
    contact = AbuseContact(name="Primer hosting Beograd", email="abuse@example.org", language=template.language)
    draft = NoticeDraft(
        recipient=Recipient(NoticeStep.HOST, contact, contact.email),
        group=NoticeGroup(template.group),
        kind=NoticeKind(template.kind),
        language=template.language,
        reference="N-2026-000042",
        answers_to="prijava+7k3mq9tzv4hd2xnb@example.org",
        entries=[NoticeEntry(UUID(int=number), item, finding, host, _NOW) for number, item in enumerate(items)],
        now=_NOW,
        repeat=1,
        first_sent=_NOW - timedelta(days=1),
    )
    return fill_template(subject=template.subject, body=template.body, draft=draft)
