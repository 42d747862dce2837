"""Who comes to the pages of the records."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, cast

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.http.response import HttpResponseBase

CHANGE_MEMBER: Final = "youthpanel.change_member"
ADD_MEMBER: Final = "youthpanel.add_member"
ADD_SCHOOL: Final = "youthpanel.add_school"
VIEW_MEMBER: Final = "youthpanel.view_member"

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def page_for[**P](*permissions: str) -> Callable[[View[P]], View[P]]:
    """A page of the staff site for those who hold all of `permissions`."""

    def decorate(view: View[P]) -> View[P]:
        checked = permission_required(permissions, raise_exception=True)(view)

        @wraps(view)
        def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            return cast(HttpResponseBase, admin.site.admin_view(cast(Any, checked))(request, *args, **kwargs))

        return cast(View[P], page)

    return decorate


def acting_user(request: HttpRequest) -> User:
    """Who is at work: the staff site lets nobody in who is not signed in."""
    return cast(User, request.user)
