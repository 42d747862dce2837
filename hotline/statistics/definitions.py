"""What is counted, by what, and how each figure and each of its keys is called. Codes are part of the public CSV and JSON."""

from babel import Locale
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hotline.models import Category, Channel, SiteType
from hotline.states import Outcome, ReportState


class Measure(models.TextChoices):
    """What is counted."""

    REPORTS = "reports", pgettext_lazy("figures", "Reports")
    ANALYSED = "analysed", pgettext_lazy("figures", "Analysed reports")
    ITEMS = "items", pgettext_lazy("figures", "Content items")
    FIRST_LOOK = "first_look", pgettext_lazy("figures", "Time to the first look")
    REFERRAL = "referral", pgettext_lazy("figures", "Time to the hand-over")
    REMOVAL = "removal", pgettext_lazy("figures", "Time to the removal")
    # For the association of hotlines, not for the public.
    ILLEGAL = "illegal", pgettext_lazy("figures", "Illegal content items (CSAM)")
    EXCHANGED = "exchanged", pgettext_lazy("figures", "Exchanged with partner hotlines")


class Dimension(models.TextChoices):
    """By what it is counted."""

    CHANNEL = "channel", pgettext_lazy("figures", "by way of arrival")
    CATEGORY = "category", pgettext_lazy("figures", "by category")
    OUTCOME = "outcome", pgettext_lazy("figures", "by outcome")
    CSAM = "csam", pgettext_lazy("figures", "by whether it was actionable")
    COUNTRY = "country", pgettext_lazy("figures", "by hosting country")
    SITE_TYPE = "site_type", pgettext_lazy("figures", "by kind of site")
    TIME = "time", pgettext_lazy("figures", "by duration")
    CLASSIFICATION = "classification", pgettext_lazy("figures", "by classification")
    AGE = "age", pgettext_lazy("figures", "by age")
    GENDER = "gender", pgettext_lazy("figures", "by gender")


M, D = Measure, Dimension

# Of a month only their number and median are told: a month's distribution would be nearly all of it hidden, and years' with it.
TIMES = (M.FIRST_LOOK, M.REFERRAL, M.REMOVAL)
PUBLIC: dict[Measure, tuple[Dimension, ...]] = {
    M.REPORTS: (D.CHANNEL, D.CATEGORY, D.OUTCOME),
    M.ITEMS: (D.COUNTRY, D.SITE_TYPE, D.OUTCOME),
    **dict.fromkeys(TIMES, (D.TIME,)),
}
# Told in per cent only, of years and of all the time: the number of analysed reports is a sum of other tables' columns, some of them hidden.
SHARES: dict[Measure, tuple[Dimension, ...]] = {M.ANALYSED: (D.CSAM,)}
EXCHANGE: dict[Measure, tuple[Dimension, ...]] = dict.fromkeys(
    (M.ILLEGAL, M.EXCHANGED), (D.CLASSIFICATION, D.AGE, D.GENDER, D.COUNTRY, D.SITE_TYPE)
)

OPEN, YES, NO, UNKNOWN = "open", "yes", "no", "unknown"
ONION, PLATFORM = "onion", "platform"
# Outcomes of a report that was analysed: somebody looked at it and said what it is.
ANALYSED_OUTCOMES = tuple(outcome.value for outcome in Outcome)
GONE_OUTCOMES = (Outcome.REMOVED.value, Outcome.UNAVAILABLE.value)

# Code, and below how many whole hours it ends.
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

# In the order in which they are shown; keys of the others are shown by their number.
ORDER: dict[str, tuple[str, ...]] = {D.TIME: tuple(_TIMES), D.OUTCOME: tuple(_OUTCOMES), D.CSAM: (YES, NO)}

# How each figure is counted: the page and the JSON say the same.
DEFINITIONS: dict[Measure, str | Promise] = {
    M.REPORTS: _(
        "Everything that reached Net Patrola as a report, by web form, e-mail, a partner or through somebody at the hotline, spam and"
        " duplicates included. It counts in the month it was received. The category is the one it was last filed under; the outcome is the"
        " one it had when the figures were counted."
    ),
    M.ANALYSED: _(
        "Reports whose content was looked at to the end, or that were found to be outside our remit or impossible to check. Actionable are"
        " those that name at least one item which two people found to be sexual abuse material of a child (CSAM)."
    ),
    M.ITEMS: _(
        "Addresses and other places that reports name. One that is named by many reports counts once, in the month it was first reported."
        " The hosting country is the one at the time of the hand-over, otherwise the one last looked up."
    ),
    M.FIRST_LOOK: _(
        "From the hour a report was received until an analyst first took it, in full hours; reports that nobody took, such as spam set aside"
        " from the list, are not in it."
    ),
    M.REFERRAL: _(
        "From the hour an item was first reported until it was first handed over to the police, a host or a partner hotline, in full hours."
    ),
    M.REMOVAL: _(
        "From the hour an item was first reported until it was first found removed or out of reach, in full hours; items that were handed"
        " over and ended so."
    ),
}  # fmt: skip


def bucket_of(hours: int) -> str:
    """The code of the range that so many whole hours fall into."""
    return next((code for code, end in BUCKETS if hours < end), LAST_BUCKET)


def label_of(dimension: str, key: str) -> str:
    """A key in words, in the language at hand; countries by Unicode's names."""
    if dimension == D.COUNTRY and key not in _PLACES:
        english = get_language() == "en"
        return str(Locale("en" if english else "sr").territories.get(key, key))
    labels: dict[str, str | Promise] = {
        D.CHANNEL: dict(Channel.choices),
        D.CATEGORY: dict(Category.choices),
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
    "A figure from 1 to 4 is not published, so that nobody can be recognised. Others are hidden with it where it could be worked out from"
    " them: a hidden figure may therefore also be larger. Of months and years with fewer than five cases nothing is told at all. Zeros are"
    " shown. No median is given for fewer than five cases."
)  # fmt: skip
HISTORY: Promise = _(
    "25 per cent of all reports that Net Patrola analysed in the years 2013 to 2015 were actionable child sexual abuse material."
)
HISTORY_SHARE, HISTORY_PERIOD = 25, "2013-2015"
HISTORY_SOURCE: Promise = _("Serbian Safer Internet Centre, key successes of its first two and a half years, 2015")
