"""Permission names and helpers of the admin views of member records."""

from collections.abc import Callable
from typing import Concatenate, Final, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from clicksafely.accounts.models import User

CHANGE_MEMBER: Final = "youthpanel.change_member"
ADD_MEMBER: Final = "youthpanel.add_member"
ADD_SCHOOL: Final = "youthpanel.add_school"
VIEW_MEMBER: Final = "youthpanel.view_member"

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def acting_user(request: HttpRequest) -> User:
    """The signed-in user. The admin requires a login."""
    return cast(User, request.user)
