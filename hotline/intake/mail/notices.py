"""What hosts write about notices, and what comes back of them: kept with the notice, never a report."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from clicksafely.common.mail.natures import Nature
from hotline.intake.mail.parsed import ParsedMail
from hotline.models import Notice, ReplyNature
from hotline.referral.notices.replies import find_notice, keep_reply

_ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,255}")
_NAMING = frozenset({"in-reply-to", "references"})


def find_notice_of(mail: ParsedMail) -> Notice | None:
    """The notice that a message is about: by the tag it came to, by what it answers, or by what a mail system sends back."""
    recipients, texts = list(mail.recipients), [value for name, value in mail.headers if name.lower() in _NAMING]
    if mail.nature is Nature.BOUNCE:
        # What is returned names our address for answers.
        recipients += _ADDRESS.findall(mail.text)
        texts.append(mail.text)
    return find_notice(recipients=recipients, texts=texts)


def take_reply(*, notice: Notice, mail: ParsedMail, content: Mapping[str, Any], identity: bytes, now: datetime) -> None:
    """Keep it with the notice; `content` is what is sealed of it. Part of the transaction that takes the message."""
    keep_reply(notice=notice, identity=identity, nature=_nature(mail), content=content, now=now)


def _nature(mail: ParsedMail) -> ReplyNature:
    """An answer is what a person, or a list of people, wrote; a machine's receipt is none."""
    if mail.nature is Nature.BOUNCE:
        return ReplyNature.RETURNED if mail.failed_tag_recipients else ReplyNature.DELAYED
    return ReplyNature.AUTOMATIC if mail.nature is Nature.AUTO_REPLY else ReplyNature.ANSWER
