"""Forms of the staff side with more fields and files than the site takes of anybody else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import FunctionType
from typing import Any, Concatenate, Final, cast

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, multipartparser
from django.http.multipartparser import MultiPartParser
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

# An article of 80 blocks, each with three places for a file, empty ones included. What is in files is bounded by their handlers.
MOST_FIELDS: Final = 2000
MOST_FILES: Final = 300


class _Bounds:
    """The settings, but for these two."""

    DATA_UPLOAD_MAX_NUMBER_FIELDS = MOST_FIELDS
    DATA_UPLOAD_MAX_NUMBER_FILES = MOST_FILES

    def __getattr__(self, name: str) -> Any:
        return getattr(settings, name)


class LongFormParser(MultiPartParser):
    """Django's parser with wider bounds. Its loop asks the settings of its module, which are those of every request: here it asks others."""

    _parse = FunctionType(
        MultiPartParser._parse.__code__,  # type: ignore[attr-defined]
        {**vars(multipartparser), "settings": _Bounds()},
        "_parse",
    )


def take_long_form(request: HttpRequest) -> None:
    """Let the form of this request be long. To be called before anybody reads it, so the view does without Django's early look for a token."""
    request.multipart_parser_class = LongFormParser  # type: ignore[assignment]  # a class, which django-stubs take for one of its objects


def for_long_forms[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A view beside the admin's own that takes the same form as they do; its token is asked for once it is clear how the form is read."""
    protected = csrf_protect(view)

    @wraps(view)
    def taking(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        take_long_form(request)
        return protected(request, *args, **kwargs)

    taking.csrf_exempt = True  # type: ignore[attr-defined]
    return cast(Callable[Concatenate[HttpRequest, P], HttpResponseBase], taking)


class LongFormAdmin(admin.ModelAdmin[Any]):
    """Admin pages whose forms may be long."""

    @contextmanager
    def reading(self, request: HttpRequest) -> Iterator[None]:
        """The form of this request is read within; whoever takes its files elsewhere says so here."""
        take_long_form(request)
        yield

    # The token is in the body: the admin asks for it when it is clear who sends, and where the files go.
    @csrf_exempt
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form; sent, it is read as what it is."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        with self.reading(request):
            return super().add_view(request, form_url, extra_context)

    @csrf_exempt
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The same for one that is there."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        with self.reading(request):
            return super().change_view(request, object_id, form_url, extra_context)
