"""All rate limits of public forms and pages."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from clicksafely.common.http.rate_limits import over_limit

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class RateLimit:
    """At most `limit` times in `window` seconds for a client network, and `everyone` times for all (see `over_limit`).

    A school, a library or a family is one client network. Limits of partners of the API are in
    `hotline.intake.api.selectors`.
    """

    scope: str
    limit: int
    window: int = 3600
    everyone: int | None = None

    def is_over(self, request: HttpRequest, *, step: int = 1) -> bool:
        """Count `step` and return whether the network is over the limit. `step` 0 only asks."""
        return over_limit(
            request, scope=self.scope, limit=self.limit, window=self.window, everyone=self.everyone, step=step
        )


# Above these, a form requires a proof of work.
BOOKINGS = RateLimit("booking", 20, everyone=1_000)
VISIT_REQUESTS = RateLimit("visit", 10, everyone=200)
COMPLAINTS = RateLimit("complaint", 10)
MESSAGES = RateLimit("message", 30)
FORMS_WITH_PICTURES = RateLimit("pictures", 40)
WRONG_RECEIPTS = RateLimit("receipt", 5, window=600)
# Solved sums that count, on all pages together.
SUMS = RateLimit("sums", 20)

# Above these, a request is refused.
ZIP_FILES = RateLimit("bundle", 60)
# The pool of unsent pictures keeps them for three hours at most and holds sixteen times as much.
PICTURE_BYTES = RateLimit("picture-bytes", 128 * MEGABYTE)
# Reports that a network may leave by the quick exit. Pages of further ones can be shown again.
EXITS = RateLimit("exits", 60)
CLASSES_OPENED = RateLimit("class-open", 60, everyone=3_000)
CLASSES_JOINED = RateLimit("class-join", 1_500, everyone=60_000)
# Wrong codes of classes, of which there are a hundred million, and of slips of members, which have 80 bits.
WRONG_CLASS_CODES = RateLimit("class-code", 100, window=600, everyone=5_000)
WRONG_MEMBER_CODES = RateLimit("panel-code", 60, window=600, everyone=3_000)
MEMBER_NOTES = RateLimit("panel-tell", 60, window=600)

# Above this, answers are not counted. 900 pupils, a quiz of ten questions, two requests a question.
QUIZ_REQUESTS = RateLimit("quiz-play", 20_000)


def reports() -> RateLimit:
    """Return the limit of reports (a setting), above which the form requires a proof of work."""
    return RateLimit("report", settings.REPORTS_PER_HOUR, everyone=settings.REPORTS_PER_HOUR_GLOBAL)
