"""What may go wrong at a call of ICCAM, and whether trying again helps."""

from hotline.models import IccamRule, ReferralProblem


class IccamError(Exception):
    """`problem` is what the desk says of it. `helps`: trying again later may help. `everywhere`: every other call meets it now too."""

    problem = ReferralProblem.ICCAM_REFUSED
    helps = False
    everywhere = False

    def __init__(self, detail: str = "", *, status: int = 0, wait: float | None = None) -> None:
        super().__init__(detail)
        self.status = status
        # Seconds that ICCAM asked for.
        self.wait = wait


class Unreachable(IccamError):
    """No answer: no connection, cut in the middle, too late. Whether the call was heard is not known."""

    problem = ReferralProblem.ICCAM_UNREACHABLE
    helps = everywhere = True


class Untrusted(IccamError):
    """One side does not accept the certificate of the other."""

    problem = ReferralProblem.ICCAM_UNTRUSTED
    helps = everywhere = True


class SignInRefused(IccamError):
    """401, also after signing in anew; 403 at the sign-in."""

    problem = ReferralProblem.ICCAM_SIGN_IN
    helps = everywhere = True


class IccamRateLimited(IccamError):
    """429: too many calls."""

    problem = ReferralProblem.ICCAM_BUSY
    helps = everywhere = True


class IccamServerError(IccamError):
    """A fault of theirs: 5xx. Perhaps of this one call only."""

    problem = ReferralProblem.ICCAM_BROKEN
    helps = True


class UnreadableResponse(IccamError):
    """HTML, something too large, JSON of another shape, a redirect: somebody else answers, or they have changed."""

    problem = ReferralProblem.ICCAM_UNREADABLE
    helps = True


class Incomplete(IccamError):
    """ICCAM has the report and does not show all its addresses yet."""

    problem = ReferralProblem.ICCAM_INCOMPLETE
    helps = True


class Conflict(IccamError):
    """409: it is there already, or it has moved on in the meantime."""

    problem = ReferralProblem.ICCAM_CONFLICT


class IccamRequestRejected(IccamError):
    """Any other 4xx: this call will never be taken as it is."""


class IccamNotConfigured(IccamError):
    """The settings cannot be used; whoever runs the system may mend them."""

    problem = ReferralProblem.ICCAM_OFF
    helps = everywhere = True


class RuleForbids(IccamError):
    """Not even asked: one of ICCAM's rules forbids it."""

    problem = ReferralProblem.ICCAM_RULE

    def __init__(self, rule: IccamRule) -> None:
        super().__init__(rule.value)
        self.rule = rule
