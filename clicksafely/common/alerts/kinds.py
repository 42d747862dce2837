"""Registry of the kinds of alerts. Apps register theirs in `AppConfig.ready`."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from clicksafely.common.alerts.permissions import VIEW_ALERTS
from clicksafely.common.i18n.language import STAFF_PREFIX


@dataclass(frozen=True, kw_only=True)
class AlertKind:
    """A kind of alert. An alert contains its label and nothing else about its subject.

    `permission`: only holders see, receive and claim it. `path` is the staff page that lists the subjects, relative to
    the staff site. `escalates`: without a claim, the next person on the roster is alerted. Otherwise the alert ends by
    itself after an hour. Without `uses_roster` all holders of `permission` are alerted at once, and again until one of
    them claims it. They need no shift.
    """

    code: str
    label: Promise
    permission: str
    path: str = ""
    escalates: bool = True
    uses_roster: bool = True

    @property
    def url(self) -> str:
        """The absolute path of the staff page."""
        return STAFF_PREFIX + self.path


TEST: Final = "test"
ALERTING_DOWN: Final = "alerting_down"
_KINDS: Final[dict[str, AlertKind]] = {}


def register_kind(kind: AlertKind) -> None:
    """Register a kind, once for each process. Raises ValueError if another kind has the same code."""
    if _KINDS.setdefault(kind.code, kind) != kind:
        raise ValueError(f"two kinds of alerts are called {kind.code}")


def kind_of(code: str) -> AlertKind:
    """Return the kind with this code. Raises KeyError."""
    return _KINDS[code]


def known_kinds() -> list[AlertKind]:
    """Return all registered kinds, in the order of registration."""
    return list(_KINDS.values())


register_kind(
    AlertKind(
        code=TEST,
        label=pgettext_lazy("alert", "Test of the alerts"),
        permission=VIEW_ALERTS,
        escalates=False,
    )
)
register_kind(
    AlertKind(
        code=ALERTING_DOWN,
        label=pgettext_lazy("alert", "The alerts do not work"),
        permission=VIEW_ALERTS,
    )
)
