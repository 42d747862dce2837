"""Errors of ICCAM calls, and whether a retry helps."""

from datetime import timedelta
from typing import Final

from clicksafely.common.queue.outgoing import SendError
from hotline.models import IccamRule, ReferralProblem

SIGN_IN_PAUSE: Final = timedelta(minutes=15)


class IccamError(SendError):
    """An error of a call; `problem` is its code with the label for staff.

    `helps`: a retry may succeed. `everywhere`: the error affects every other call too.
    """

    problem = ReferralProblem.ICCAM_REFUSED
    helps = False
    everywhere = False

    def __init__(self, detail: str = "", *, status: int = 0, wait: float | None = None) -> None:
        super().__init__(self.problem.value, final=not self.helps, server=self.everywhere, wait=wait)
        self.detail = detail
        self.status = status


class Unreachable(IccamError):
    """No complete response: no connection, a dropped connection or a timeout. ICCAM may have processed the call."""

    problem = ReferralProblem.ICCAM_UNREACHABLE
    helps = everywhere = True


class Untrusted(IccamError):
    """One side does not accept the other's certificate."""

    problem = ReferralProblem.ICCAM_UNTRUSTED
    helps = everywhere = True


class SignInRefused(IccamError):
    """401 after a new sign-in, or 403 at the sign-in.

    The pause is longer than for other errors, so that failed sign-ins do not lock the account.
    """

    problem = ReferralProblem.ICCAM_SIGN_IN
    helps = everywhere = True

    def __init__(self, detail: str = "", *, status: int = 0, wait: float | None = None) -> None:
        super().__init__(detail, status=status, wait=max(wait or 0, SIGN_IN_PAUSE.total_seconds()))


class IccamRateLimited(IccamError):
    """429: too many calls."""

    problem = ReferralProblem.ICCAM_BUSY
    helps = everywhere = True


class IccamServerError(IccamError):
    """5xx: an error of ICCAM, perhaps for this call only."""

    problem = ReferralProblem.ICCAM_BROKEN
    helps = True


class UnreadableResponse(IccamError):
    """HTML, an oversized response, unexpected JSON or a redirect: not ICCAM's response, or a changed API."""

    problem = ReferralProblem.ICCAM_UNREADABLE
    helps = True


class Incomplete(IccamError):
    """ICCAM has the report but does not list all its addresses yet."""

    problem = ReferralProblem.ICCAM_INCOMPLETE
    helps = True


class Conflict(IccamError):
    """409: it exists already, or has changed in the meantime."""

    problem = ReferralProblem.ICCAM_CONFLICT


class IccamRequestRejected(IccamError):
    """Any other 4xx: ICCAM will never accept this call."""


class IccamNotConfigured(IccamError):
    """The settings are invalid; the administrator has to correct them."""

    problem = ReferralProblem.ICCAM_OFF
    helps = everywhere = True


class RuleForbids(IccamError):
    """The call was not made, because one of ICCAM's rules forbids it."""

    problem = ReferralProblem.ICCAM_RULE

    def __init__(self, rule: IccamRule) -> None:
        super().__init__(rule.value)
        self.rule = rule
