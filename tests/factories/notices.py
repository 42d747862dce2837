"""Helpers: content due to its host, registered contacts, notice runs and sent messages."""

import json
from datetime import datetime, timedelta
from typing import Any

from clicksafely.accounts.models import User
from clicksafely.common.crypto import receipts
from clicksafely.devserver.mock_services.smtp import Letter
from hotline.models import (
    AbuseContact,
    Assessment,
    ContactKind,
    ContentItem,
    Host,
    HostAddress,
    Notice,
    QuestionSet,
    Referral,
    ReplyKind,
    Report,
    Route,
)
from hotline.referral.takedown.delivery import send_due_notices
from hotline.referral.takedown.plan import plan_notices
from hotline.referral.takedown.queue import close_notices_without_content
from hotline.referral.takedown.replies import store_reply
from tests.hotline.review.conftest import NOW, make_case, make_item

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOST = "www.example.org"
ANSWER = {"headers": [["Subject", "Re: notice"]], "text": "marker-answer уклоњено", "files": []}
ABUSE, OWNER, REGISTRAR, NETWORK = (f"{name}@{name}.example.net" for name in ("abuse", "owner", "registrar", "network"))


def contact(
    kind: ContactKind = ContactKind.HOST, key: str = HOST, email: str = ABUSE, language: str = "en", **columns: Any
) -> AbuseContact:
    """A registered contact."""
    return AbuseContact.objects.create(
        kind=kind, key=key, name=f"Contact {kind}", email=email, language=language, **columns
    )


def all_contacts() -> None:
    """One contact for every step, and two that are never used."""
    contact(ContactKind.COUNTRY, "RS", "country@example.net")
    contact(ContactKind.ASN, "64500", NETWORK)
    contact(ContactKind.REGISTRAR, "primer registrar", REGISTRAR)
    contact(ContactKind.DOMAIN, "example.org", OWNER)
    contact()


def known_host(name: str = HOST) -> Host:
    """A host with lookup results."""
    place = HostAddress("192.0.2.17", "RS", 64500, "Primer hosting").as_dict()
    host, _created = Host.objects.get_or_create(
        name=name,
        defaults={
            "addresses": [place],
            "address_count": 1,
            "country": "RS",
            "asn": 64500,
            "organisation": "Primer hosting",
            "registrar": "Primer Registrar",
        },
    )
    return host


def due_item(
    canonical: str = "", *, classification: str = "hate_speech", at: datetime = NOW, **columns: Any
) -> ContentItem:
    """An illegal item, due to its host since `at`."""
    item = make_item(canonical, state="actioned", verdict="illegal", **columns)
    report = make_case(item, state="referred", queue=None)
    author, _created = User.objects.get_or_create(username="referrer")
    Assessment.objects.create(
        item=item,
        report=report,
        author=author,
        question_set=QuestionSet.objects.get(active=True),
        round="first",
        answers={"classification": classification},
        verdict="illegal",
        created_at=at,
    )
    known_host(item.host)
    Referral.objects.create(
        item=item, report=report, author=author, route=Route.HOST, state="due", country="RS", created_at=at, due_at=at
    )
    return item


def make_notice(item: ContentItem, report: Report) -> Notice:
    """A sent and answered notice, as rows only."""
    author, _created = User.objects.get_or_create(username="referrer")
    referral = Referral.objects.create(
        item=item, report=report, author=author, route=Route.HOST, state="sent", created_at=NOW, ended_at=NOW
    )
    notice = Notice.objects.create(
        tag=receipts.generate_code(),
        contact=contact(key=f"{item.uuid.hex}.example.org"),
        address=ABUSE,
        language="en",
        group="other",
        step="host",
        state="sent",
        due_at=NOW,
        sent_at=NOW,
        created_at=NOW,
    )
    notice.entries.create(item=item, referral=referral)
    store_reply(notice=notice, identity=item.uuid.bytes * 2, nature=ReplyKind.ANSWER, content=ANSWER, now=NOW)
    return Notice.objects.get(pk=notice.pk)


def run(after: timedelta = timedelta()) -> int:
    """Run the task `after` NOW; returns the number of sent messages."""
    now = NOW + after
    plan_notices(now=now)
    close_notices_without_content(now=now)
    return send_due_notices(now=now, seconds=300)


def sent_notice(*items: ContentItem) -> Notice:
    """A notice whose first message was sent an hour after NOW."""
    if not items:
        due_item("https://www.example.org/a")
    run()
    assert run(HOUR) == 1
    return Notice.objects.latest("pk")


def states() -> list[tuple[str, str]]:
    """(step, state) of all notices, oldest first."""
    return list(Notice.objects.order_by("pk").values_list("step", "state"))


def referral_of(item: ContentItem) -> Referral:
    return item.referrals.get(route=Route.HOST)


def text_of(letter: Letter) -> str:
    """The text of a notice."""
    body = letter.message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def reports_of(letter: Letter) -> list[dict[str, Any]]:
    """The XARF reports attached to a notice."""
    return [json.loads(part.get_content()) for part in letter.message.iter_attachments()]
