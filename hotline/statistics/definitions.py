"""Measures, dimensions, keys and their labels. The codes are part of the public CSV and JSON."""

from babel import Locale
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hotline.categories import category_choices
from hotline.models import Channel, SiteType
from hotline.states import Outcome, ReportState


class Measure(models.TextChoices):
    """Counted measures."""

    REPORTS = "reports", pgettext_lazy("figures", "Reports")
    ANALYSED = "analysed", pgettext_lazy("figures", "Analysed reports")
    ITEMS = "items", pgettext_lazy("figures", "Content items")
    FIRST_LOOK = "first_look", pgettext_lazy("figures", "Time to the first review")
    REFERRAL = "referral", pgettext_lazy("figures", "Time to the hand-over")
    REMOVAL = "removal", pgettext_lazy("figures", "Time to the removal")
    # For INHOPE, not for the public.
    ILLEGAL = "illegal", pgettext_lazy("figures", "Illegal content items (CSAM)")
    EXCHANGED = "exchanged", pgettext_lazy("figures", "Exchanged with partner hotlines")


class Dimension(models.TextChoices):
    """Dimensions of measures."""

    CHANNEL = "channel", pgettext_lazy("figures", "by intake channel")
    CATEGORY = "category", pgettext_lazy("figures", "by category")
    OUTCOME = "outcome", pgettext_lazy("figures", "by outcome")
    CSAM = "csam", pgettext_lazy("figures", "by actionability")
    COUNTRY = "country", pgettext_lazy("figures", "by hosting country")
    SITE_TYPE = "site_type", pgettext_lazy("figures", "by site type")
    TIME = "time", pgettext_lazy("figures", "by duration")
    CLASSIFICATION = "classification", pgettext_lazy("figures", "by classification")
    AGE = "age", pgettext_lazy("figures", "by age")
    GENDER = "gender", pgettext_lazy("figures", "by gender")


M, D = Measure, Dimension

# For months only the number and median are published. A monthly distribution would be mostly hidden, and with it that of the year.
TIMES = (M.FIRST_LOOK, M.REFERRAL, M.REMOVAL)
PUBLIC: dict[Measure, tuple[Dimension, ...]] = {
    M.REPORTS: (D.CHANNEL, D.CATEGORY, D.OUTCOME),
    M.ITEMS: (D.COUNTRY, D.SITE_TYPE, D.OUTCOME),
    **dict.fromkeys(TIMES, (D.TIME,)),
}
# Published as percentages of years and of all years only: the number of analysed reports would reveal hidden cells of other tables.
SHARES: dict[Measure, tuple[Dimension, ...]] = {M.ANALYSED: (D.CSAM,)}
EXCHANGE: dict[Measure, tuple[Dimension, ...]] = dict.fromkeys(
    (M.ILLEGAL, M.EXCHANGED), (D.CLASSIFICATION, D.AGE, D.GENDER, D.COUNTRY, D.SITE_TYPE)
)

OPEN, YES, NO, UNKNOWN = "open", "yes", "no", "unknown"
ONION, PLATFORM = "onion", "platform"
# Outcomes of analysed reports.
ANALYSED_OUTCOMES = tuple(outcome.value for outcome in Outcome)
GONE_OUTCOMES = (Outcome.REMOVED.value, Outcome.UNAVAILABLE.value)

# Code and upper limit in whole hours (exclusive).
BUCKETS: tuple[tuple[str, int], ...] = (
    ("under_1h", 1),
    ("1h_to_4h", 4),
    ("4h_to_24h", 24),
    ("1d_to_3d", 72),
    ("3d_to_7d", 168),
    ("7d_to_30d", 720),
)
LAST_BUCKET = "over_30d"

_OUTCOMES: dict[str, str | Promise] = {
    OPEN: pgettext_lazy("figures", "still open"),
    **{outcome.value: outcome.label for outcome in Outcome},
    ReportState.DUPLICATE.value: ReportState.DUPLICATE.label,
    ReportState.SPAM.value: ReportState.SPAM.label,
    ReportState.NOT_ASSESSED.value: ReportState.NOT_ASSESSED.label,
}
_TIMES: dict[str, str | Promise] = {
    "under_1h": pgettext_lazy("figures", "less than 1 hour"),
    "1h_to_4h": pgettext_lazy("figures", "1 to 4 hours"),
    "4h_to_24h": pgettext_lazy("figures", "4 to 24 hours"),
    "1d_to_3d": pgettext_lazy("figures", "1 to 3 days"),
    "3d_to_7d": pgettext_lazy("figures", "3 to 7 days"),
    "7d_to_30d": pgettext_lazy("figures", "7 to 30 days"),
    LAST_BUCKET: pgettext_lazy("figures", "more than 30 days"),
}
_PLACES: dict[str, str | Promise] = {
    ONION: pgettext_lazy("figures", "onion service"),
    PLATFORM: pgettext_lazy("figures", "app, game or described in words"),
    UNKNOWN: pgettext_lazy("figures", "not known"),
}
_CSAM: dict[str, str | Promise] = {
    YES: pgettext_lazy("figures", "actionable CSAM"),
    NO: pgettext_lazy("figures", "other"),
}

# Display order of keys. Other dimensions are ordered by count.
ORDER: dict[str, tuple[str, ...]] = {D.TIME: tuple(_TIMES), D.OUTCOME: tuple(_OUTCOMES), D.CSAM: (YES, NO)}

# Definitions of the measures, on the page and in the JSON.
DEFINITIONS: dict[Measure, str | Promise] = {
    M.REPORTS: _(
        "All reports that Net Patrola received by web form, by e-mail, from partners or through hotline "
        "staff, including spam and duplicates. A report counts in the month it was received. The category is "
        "the latest one assigned. The outcome is the one at the time of counting."
    ),
    M.ANALYSED: _(
        "Reports with fully assessed content, and reports that were outside our remit or impossible to "
        "check. A report is actionable if two people assessed at least one of its items as child sexual abuse material (CSAM)."
    ),
    M.ITEMS: _(
        "Addresses and other locations in reports. An item in several reports counts once, in the month it "
        "was first reported. The hosting country is the one at the time of the hand-over; without a "
        "hand-over, the one found by the latest check."
    ),
    M.FIRST_LOOK: _(
        "From the hour a report was received until an analyst first took it, in full hours. Reports that "
        "were never taken, such as spam closed from the list, are not included."
    ),
    M.REFERRAL: _(
        "From the hour an item was first reported until it was first handed over to the police, a host or a partner hotline, in full hours."
    ),
    M.REMOVAL: _(
        "From the hour an item was first reported until it was first found removed or unavailable, in full "
        "hours. Only items that were handed over and closed with this outcome are included."
    ),
}  # fmt: skip


def bucket_of(hours: int) -> str:
    """Return the code of the range that contains `hours`."""
    return next((code for code, end in BUCKETS if hours < end), LAST_BUCKET)


def label_of(dimension: str, key: str) -> str:
    """Return the label of a key in the active language; countries by their Unicode names."""
    if dimension == D.COUNTRY and key not in _PLACES:
        english = get_language() == "en"
        return str(Locale("en" if english else "sr").territories.get(key, key))
    labels: dict[str, str | Promise] = {
        D.CHANNEL: dict(Channel.choices),
        D.CATEGORY: dict(category_choices()),
        D.OUTCOME: _OUTCOMES,
        D.TIME: _TIMES,
        D.COUNTRY: _PLACES,
        D.CSAM: _CSAM,
        D.SITE_TYPE: {str(value): label for value, label in SiteType.choices},
    }.get(Dimension(dimension), {})  # type: ignore[assignment]
    return str(labels.get(key, key))


LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"

HOW_HIDDEN: Promise = _(
    "Figures from 1 to 4 are not published, so that people cannot be identified. Other figures are "
    "hidden if a small one could be calculated from them, so a hidden figure may also be larger. Months "
    "and years with fewer than five cases are not published. Zeros are shown. Medians are published only for five or more cases."
)  # fmt: skip
HISTORY: Promise = _(
    "25 per cent of all reports that Net Patrola analysed in the years 2013 to 2015 were actionable child sexual abuse material."
)
HISTORY_SHARE, HISTORY_PERIOD = 25, "2013-2015"
HISTORY_SOURCE: Promise = _("Serbian Safer Internet Centre, key successes of its first two and a half years, 2015")
