"""Real names in what everybody reads of a meeting: refused before anybody does."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext as _

from clicksafely.common.sealing import SealError
from youthpanel.models import Meeting
from youthpanel.records.errors import Fault
from youthpanel.records.naming import compare_names


def name_faults(
    texts: Sequence[tuple[str, str]], *, subject: Meeting | None, actor: AbstractBaseUser, now: datetime
) -> list[Fault]:
    """A fault for each text, given with its field, that looks as if it named a member. Recorded; call it where a refusal does not take that back."""
    texts = [(field, text) for field, text in texts if text.strip()]
    if not texts:
        return []
    try:
        found = compare_names([text for _field, text in texts], subject=subject, actor=actor, now=now)
    except SealError:
        said = _("The keys of the panel are not at hand, so this cannot be compared with the names of members. Nothing was written. Tell whoever runs the system.")  # fmt: skip
        return [Fault(texts[0][0], said)]
    said = _("The real name of a member seems to stand here, and everybody can read it. Write the pseudonym, or leave the name out.")  # fmt: skip
    return [Fault(texts[place][0], said) for place in found]
