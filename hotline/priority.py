"""Why a case is more urgent than another: the reasons triage finds, what analysts read, what each weighs. Pure."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class PriorityReason(TextChoices):
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
WEIGHTS: dict[PriorityReason, int] = {
    PriorityReason.DANGER_NOW: 100,
    PriorityReason.ABOUT_ME: 28,
    PriorityReason.CSAM: 22,
    PriorityReason.SUSPECTED: 22,
    PriorityReason.HASH_MATCH: 19,
    PriorityReason.REPEATED: 10,
    PriorityReason.RULE: 8,
    PriorityReason.SERBIAN_HOST: 6,
    PriorityReason.CYBERBULLYING: 4,
    PriorityReason.REPORTER_WROTE: 2,
}

# What a report is about weighs too, by the category's code.
OF_CATEGORY: dict[str, PriorityReason] = {"csam": PriorityReason.CSAM, "cyberbullying": PriorityReason.CYBERBULLYING}


def priority_of(codes: list[str]) -> int:
    """The priority that reasons add up to."""
    return sum(WEIGHTS[PriorityReason(code)] for code in codes)
