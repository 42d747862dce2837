"""Texts shared by the page and the JSON: the note on hidden figures and the history before the first reports."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LICENCE: Final = "CC BY 4.0"
LICENCE_URL: Final = "https://creativecommons.org/licenses/by/4.0/"

SUPPRESSION_NOTE: Promise = _(
    "A number of people from 1 to 4 is not published, so that people cannot be recognised. Other figures are "
    "hidden with it if it could be calculated from them. A hidden figure may therefore also be larger. No "
    "figures are published for periods with fewer than five people. Zeros and numbers of events, towns and "
    "schools are always shown."
)  # fmt: skip
HISTORY: Promise = _(
    "Nearly 38,000 children, young people, parents, teachers and stakeholders took part in the "
    "activities of the Centre in its first two and a"
    " half years."
)  # fmt: skip
HISTORY_SOURCE: Promise = _("Serbian Safer Internet Centre, key successes of its first two and a half years, 2015")
HISTORY_PERIOD: Final = "2013-2015"
HISTORY_ABOUT: Final = 38_000
