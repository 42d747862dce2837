"""The base every admin page of public records stands on."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from modeltranslation.admin import TranslationAdmin

from awareness.topics.services import publish_record, withdraw_record
from clicksafely.common.lists import HeadedAdmin
from clicksafely.common.receiving import DiskUploadHandler, receiving


def editor_of(request: HttpRequest) -> AbstractBaseUser:
    """Who is at work: the staff site lets nobody in who is not signed in."""
    return cast(AbstractBaseUser, request.user)


class PublishingAdmin(HeadedAdmin, TranslationAdmin[Any]):
    """Saves and deletes through the services, so that pages notice and the audit knows. The files of its forms may be large."""

    has_history = True

    def upload_handler(self, request: HttpRequest) -> DiskUploadHandler | None:
        """What takes in the files of the form; None where the site's own does, in memory."""
        return None

    # The upload handler is set before the form is read. Django's own `changeform_view` checks the token afterwards.
    @csrf_exempt
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's page; files go to `upload_handler`."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        with self._receiving(request):
            return super().add_view(request, form_url, extra_context)

    @csrf_exempt
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's page; files go to `upload_handler`."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        with self._receiving(request):
            return super().change_view(request, object_id, form_url, extra_context)

    def _receiving(self, request: HttpRequest) -> AbstractContextManager[None]:
        handler = self.upload_handler(request)
        return receiving(request, handler) if handler else nullcontext()

    def save_model(self, request: HttpRequest, obj: models.Model, form: "ModelForm[Any]", change: bool) -> None:
        publish_record(record=obj, actor=editor_of(request), now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        withdraw_record(record=obj, actor=editor_of(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for record in queryset:
            withdraw_record(record=record, actor=editor_of(request), now=timezone.now())
