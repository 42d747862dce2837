"""Who comes to the pages of the records."""

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
    """Who is at work: the staff site lets nobody in who is not signed in."""
    return cast(User, request.user)
