"""Events withheld from an account, such as a first opinion on which it must give a blind second opinion."""

from collections.abc import Callable

from django.db.models import Q

from clicksafely.accounts.models import User

_withheld: list[Callable[[User], Q]] = []


def register_withheld(condition: Callable[[User], Q]) -> None:
    """Leave the events that meet `condition(user)` out of the audit trail of `user`. They stay in the chain and in exports."""
    _withheld.append(condition)


def withheld_from(user: User) -> Q:
    """Return the condition of events that are left out for `user`."""
    found = Q(pk=None)
    for condition in _withheld:
        found |= condition(user)
    return found
