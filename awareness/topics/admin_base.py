"""The base every admin page of public records stands on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import wraps
from typing import Any, Concatenate, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from modeltranslation.admin import TranslationAdmin

from awareness.topics.services import publish_record, withdraw_record
from clicksafely.common.lists import HeadedAdmin
from clicksafely.common.longforms import take_long_form
from clicksafely.common.receiving import DiskUploadHandler, receiving


def editor_of(request: HttpRequest) -> AbstractBaseUser:
    """Who is at work: the staff site lets nobody in who is not signed in."""
    return cast(AbstractBaseUser, request.user)


@contextmanager
def _reading(request: HttpRequest, handler: DiskUploadHandler | None) -> Iterator[None]:
    take_long_form(request)
    with receiving(request, handler) if handler else nullcontext():
        yield


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


class PublishingAdmin(HeadedAdmin, TranslationAdmin[Any]):
    """Saves and deletes through the services, so that pages notice and the audit knows. Its forms may be long, and their files large."""

    has_history = True
    # What is ticked in a list must fit into one form of those that are not long.
    list_max_show_all = 150

    def upload_handler(self, request: HttpRequest) -> DiskUploadHandler | None:
        """What takes in the files of the form; None where the site's own does, in memory."""
        return None

    # The token is in the body: the admin asks for it when it is clear who sends, and where the files go.
    @csrf_exempt
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form; sent, it is read as what it is."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        with _reading(request, self.upload_handler(request)):
            return super().add_view(request, form_url, extra_context)

    @csrf_exempt
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The same for one that is there."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        with _reading(request, self.upload_handler(request)):
            return super().change_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: models.Model, form: "ModelForm[Any]", change: bool) -> None:
        publish_record(record=obj, actor=editor_of(request), now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        withdraw_record(record=obj, actor=editor_of(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for record in queryset:
            withdraw_record(record=record, actor=editor_of(request), now=timezone.now())
