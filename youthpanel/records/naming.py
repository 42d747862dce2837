"""Whether a text names a member: for what is printed or recorded once and for all, from which no name could be taken out any more."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from clicksafely.common import audit
from clicksafely.common.folding import fold
from clicksafely.common.sealing import Damaged, WrongKey
from youthpanel.models import Member
from youthpanel.records.identity import unseal_identity
from youthpanel.records.patterns import stands_in, words_of


def compare_names(
    texts: Sequence[str], *, subject: models.Model | None, actor: AbstractBaseUser, now: datetime
) -> list[int]:
    """`find_names`, recorded as one event about `subject`, whatever comes of it: whoever asks again and again is seen. Raises NoPrivateKey."""
    found = find_names(texts)
    audit.record(action="names.compared", subject=subject, actor=actor, now=now, data={"found": len(found)})
    return found


def find_names(texts: Sequence[str]) -> list[int]:
    """The places in `texts` (plain) of those that hold what looks like the real name of somebody in the panel, or who was and is still known.

    Names are read here, in memory, and shown to nobody, nor whose it is. Raises NoPrivateKey.
    """
    folded = [fold(text) for text in texts]
    names = _names()
    return [place for place, text in enumerate(folded) if any(stands_in(words, text) for words in names)]


def _names() -> list[list[str]]:
    names = []
    for member in Member.objects.exclude(sealed=None).only("uuid", "sealed"):
        try:
            words = words_of(unseal_identity(member).name)
        except (Damaged, WrongKey):
            # Then nobody can say any more what the name was.
            continue
        if len(words) > 1:
            names.append(words)
    return names
