"""The licences under which the library passes things on: SPDX codes, where each stands, and what it means in words."""

from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Licence(models.TextChoices):
    """Values are codes of the SPDX list (`LicenseRef-` where it has none); labels are the licences' own names, the same in every language."""

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
    """What a licence allows and asks, in words, and the address of its text ("" where there is none)."""

    url: str
    words: Promise


_DEED = "https://creativecommons.org/licenses/{}/4.0/"

TERMS: Final[dict[str, LicenceTerms]] = {
    Licence.CC0: LicenceTerms(
        "https://creativecommons.org/publicdomain/zero/1.0/",
        _("You may copy, change and pass it on as you like, without asking and without naming anybody."),
    ),
    Licence.BY: LicenceTerms(
        _DEED.format("by"),
        _("You may copy, change and pass it on, also for money, if you name the author and say what you changed."),
    ),
    Licence.BY_SA: LicenceTerms(
        _DEED.format("by-sa"),
        _(
            "You may copy, change and pass it on, also for money, if you name the author, say what you changed and pass your version on under the same licence."
        ),
    ),
    Licence.BY_NC: LicenceTerms(
        _DEED.format("by-nc"),
        _("You may copy, change and pass it on, but not for money, if you name the author and say what you changed."),
    ),
    Licence.BY_NC_SA: LicenceTerms(
        _DEED.format("by-nc-sa"),
        _(
            "You may copy, change and pass it on, but not for money, if you name the author, say what you changed and pass your version on under the same licence."
        ),
    ),
    Licence.BY_ND: LicenceTerms(
        _DEED.format("by-nd"),
        _("You may copy it and pass it on unchanged, also for money, if you name the author."),
    ),
    Licence.BY_NC_ND: LicenceTerms(
        _DEED.format("by-nc-nd"),
        _("You may copy it and pass it on unchanged, but not for money, if you name the author."),
    ),
    Licence.RESERVED: LicenceTerms(
        "", _("You may read it and use it in your class. To copy it for others or to change it, ask the publisher.")
    ),
}
