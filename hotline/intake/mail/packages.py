"""What comes back of packages for the police that went by e-mail: an answer, or that it was not delivered. It never becomes a report."""

import re
from datetime import datetime

from clicksafely.common.mail.natures import Nature
from hotline.intake.mail.parsed import ParsedMail
from hotline.models import PolicePackage
from hotline.post import config
from hotline.referral.police.delivery import note_returned
from hotline.referral.police.selectors import find_sent

_NAMING = frozenset({"in-reply-to", "references"})
_LOCAL_PART = re.compile(r"<([0-9a-z]{16})@")


def find_package_of(mail: ParsedMail) -> PolicePackage | None:
    """The package that a message is about: by the address it came to, or by what it answers. Both are known to its recipient alone."""
    named = [value for name, value in mail.headers if name.lower() in _NAMING]
    answered = {found.upper() for value in named for found in _LOCAL_PART.findall(value)}
    return find_sent(tags=answered | {config.tag_of(address) or "" for address in mail.recipients})


def note_what_came(*, package: PolicePackage, mail: ParsedMail, now: datetime) -> None:
    """Where the message says that a package did not arrive, it waits to be handed over again. Part of the transaction that takes the message."""
    if mail.nature is Nature.BOUNCE and mail.failed_tag_recipients:
        note_returned(package=package, now=now)
