"""Licences of resources: SPDX codes, links to their texts, and summaries."""

from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Licence(models.TextChoices):
    """SPDX codes (`LicenseRef-` for those not in the SPDX list). Labels are the names of the licences, untranslated."""

    CC0 = "CC0-1.0", "CC0 1.0"
    BY = "CC-BY-4.0", "CC BY 4.0"
    BY_SA = "CC-BY-SA-4.0", "CC BY-SA 4.0"
    BY_NC = "CC-BY-NC-4.0", "CC BY-NC 4.0"
    BY_NC_SA = "CC-BY-NC-SA-4.0", "CC BY-NC-SA 4.0"
    BY_ND = "CC-BY-ND-4.0", "CC BY-ND 4.0"
    BY_NC_ND = "CC-BY-NC-ND-4.0", "CC BY-NC-ND 4.0"
    RESERVED = "LicenseRef-All-Rights-Reserved", _("All rights reserved")


@dataclass(frozen=True)
class LicenceTerms:
    """Summary of a licence, and the address of its text ("" if it has none)."""

    url: str
    words: Promise


_DEED = "https://creativecommons.org/licenses/{}/4.0/"

TERMS: Final[dict[str, LicenceTerms]] = {
    Licence.CC0: LicenceTerms(
        "https://creativecommons.org/publicdomain/zero/1.0/",
        _("You may copy, change and share it freely, without asking and without naming the author."),
    ),
    Licence.BY: LicenceTerms(
        _DEED.format("by"),
        _("You may copy, change and share it, even commercially, if you name the author and say what you changed."),
    ),
    Licence.BY_SA: LicenceTerms(
        _DEED.format("by-sa"),
        _(
            "You may copy, change and share it, even commercially, if you name the author, say what you "
            "changed and share your version under the same licence."
        ),
    ),
    Licence.BY_NC: LicenceTerms(
        _DEED.format("by-nc"),
        _("You may copy, change and share it non-commercially if you name the author and say what you changed."),
    ),
    Licence.BY_NC_SA: LicenceTerms(
        _DEED.format("by-nc-sa"),
        _(
            "You may copy, change and share it non-commercially if you name the author, say what you changed "
            "and share your version under the same licence."
        ),
    ),
    Licence.BY_ND: LicenceTerms(
        _DEED.format("by-nd"),
        _("You may copy it and share it unchanged, even commercially, if you name the author."),
    ),
    Licence.BY_NC_ND: LicenceTerms(
        _DEED.format("by-nc-nd"),
        _("You may copy it and share it unchanged, non-commercially, if you name the author."),
    ),
    Licence.RESERVED: LicenceTerms(
        "", _("You may read it and use it in your class. To copy it for others or change it, ask the publisher.")
    ),
}
