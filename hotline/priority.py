"""Why a case is more urgent than another: the reasons triage finds, what analysts read, what each weighs. Pure."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Reason(TextChoices):
    """The codes in `Report.priority_reasons`, the heaviest first."""

    DANGER_NOW = "danger_now", pgettext_lazy("priority reason", "a child is in danger now")
    ABOUT_ME = "about_me", pgettext_lazy("priority reason", "the reporter is the victim")
    CSAM = "csam", pgettext_lazy("priority reason", "reported as sexual abuse of a child")
    SUSPECTED = "suspected", pgettext_lazy("priority reason", "a picture is suspected abuse material")
    HASH_MATCH = "hash_match", pgettext_lazy("priority reason", "a file is on a hash list")
    REPEATED = "repeated", pgettext_lazy("priority reason", "reported more than once")
    RULE = "rule", pgettext_lazy("priority reason", "a rule puts it forward")
    SERBIAN_HOST = "serbian_host", pgettext_lazy("priority reason", "Serbian address")
    CYBERBULLYING = "cyberbullying", pgettext_lazy("priority reason", "reported as cyberbullying")
    REPORTER_WROTE = "reporter_wrote", pgettext_lazy("priority reason", "the reporter wrote again")


# A priority is the sum. From 100 the desk calls a case urgent: a child in danger now is, and all other reasons together are not (a case
# reported as abuse has no second weight for a suspected picture).
WEIGHTS: dict[Reason, int] = {
    Reason.DANGER_NOW: 100,
    Reason.ABOUT_ME: 28,
    Reason.CSAM: 22,
    Reason.SUSPECTED: 22,
    Reason.HASH_MATCH: 19,
    Reason.REPEATED: 10,
    Reason.RULE: 8,
    Reason.SERBIAN_HOST: 6,
    Reason.CYBERBULLYING: 4,
    Reason.REPORTER_WROTE: 2,
}

# What a report is about weighs too, by the category's code.
OF_CATEGORY: dict[str, Reason] = {"csam": Reason.CSAM, "cyberbullying": Reason.CYBERBULLYING}


def priority_of(codes: list[str]) -> int:
    """The priority that reasons add up to."""
    return sum(WEIGHTS[Reason(code)] for code in codes)
