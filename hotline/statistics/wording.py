"""What the page and the JSON say alike about the figures as a whole."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"

HOW_HIDDEN: Promise = _(
    "A figure from 1 to 4 is not published, so that nobody can be recognised. Others are hidden with it where it could be worked out from"
    " them: a hidden figure may therefore also be larger. Of months and years with fewer than five cases nothing is told at all. Zeros are"
    " shown. No median is given for fewer than five cases."
)  # fmt: skip
HISTORY: Promise = _(
    "25 per cent of all reports that Net Patrola analysed in the years 2013 to 2015 were actionable child sexual abuse material."
)
HISTORY_SHARE, HISTORY_PERIOD = 25, "2013-2015"
HISTORY_SOURCE: Promise = _("Serbian Safer Internet Centre, key successes of its first two and a half years, 2015")
