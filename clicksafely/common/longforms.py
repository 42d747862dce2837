"""Forms of the staff side with more fields and files than the site takes of anybody else."""

from types import FunctionType
from typing import Any, Final

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, multipartparser
from django.http.multipartparser import MultiPartParser
from django.views.decorators.csrf import csrf_exempt

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


class LongFormAdmin(admin.ModelAdmin[Any]):
    """Admin pages whose forms may be long."""

    # The token is in the body: the admin asks for it when it is clear who sends.
    @csrf_exempt
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form; sent, it is read as what it is."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        take_long_form(request)
        return super().add_view(request, form_url, extra_context)

    @csrf_exempt
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The same for one that is there."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        take_long_form(request)
        return super().change_view(request, object_id, form_url, extra_context)
