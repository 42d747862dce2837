"""A made-up notice, by which a wording is looked at before anything goes out with it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hotline.models import (
    AbuseContact,
    Answer,
    ContentItem,
    Host,
    HostAddress,
    NoticeGroup,
    NoticeKind,
    NoticeStep,
    NoticeTemplate,
)
from hotline.referral.notices.contacts import Recipient
from hotline.referral.notices.drafting import Draft, Entry, Finding, Letter, fill_template

_NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
_ANSWERS = {
    NoticeGroup.CSAM: Answer(code="baseline_csam", label_sr="CSAM, основно", label_en="CSAM, baseline", iccam_id=1),
    NoticeGroup.OTHER: Answer(code="hate_speech", label_sr="говор мржње", label_en="hate speech"),
}


def sample_letter(template: NoticeTemplate) -> Letter:
    """What a wording makes of sample data; nothing of it is stored anywhere."""
    place = HostAddress("192.0.2.17", "RS", 64500, "Primer hosting Beograd").as_dict()
    host = Host(
        name="www.example.org", addresses=[place], country="RS", asn=64500, organisation="Primer hosting Beograd"
    )
    finding = Finding(_ANSWERS[NoticeGroup(template.group)], _NOW)
    items = [ContentItem(canonical=f"https://www.example.org/{page}", host=host.name) for page in ("a", "b?x=1#y")]
    contact = AbuseContact(name="Primer hosting Beograd", email="abuse@example.org", language=template.language)
    draft = Draft(
        recipient=Recipient(NoticeStep.HOST, contact, contact.email),
        group=NoticeGroup(template.group),
        kind=NoticeKind(template.kind),
        language=template.language,
        reference="N-2026-000042",
        answers_to="prijava+7k3mq9tzv4hd2xnb@example.org",
        entries=[Entry(UUID(int=number), item, finding, host, _NOW) for number, item in enumerate(items)],
        now=_NOW,
        repeat=1,
        first_sent=_NOW - timedelta(days=1),
    )
    return fill_template(subject=template.subject, body=template.body, draft=draft)
