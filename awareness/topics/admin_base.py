"""The base every admin page of public records stands on."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from modeltranslation.admin import TranslationAdmin

from awareness.topics.services import publish_record, withdraw_record
from clicksafely.common.lists import HeadedAdmin
from clicksafely.common.longforms import LongFormAdmin
from clicksafely.common.receiving import DiskUploadHandler, receiving


def editor_of(request: HttpRequest) -> AbstractBaseUser:
    """Who is at work: the staff site lets nobody in who is not signed in."""
    return cast(AbstractBaseUser, request.user)


class PublishingAdmin(LongFormAdmin, HeadedAdmin, TranslationAdmin[Any]):
    """Saves and deletes through the services, so that pages notice and the audit knows. Its forms may be long, and their files large."""

    has_history = True
    # What is ticked in a list must fit into one form of those that are not long.
    list_max_show_all = 150

    def upload_handler(self, request: HttpRequest) -> DiskUploadHandler | None:
        """What takes in the files of the form; None where the site's own does, in memory."""
        return None

    @contextmanager
    def reading(self, request: HttpRequest) -> Iterator[None]:
        handler = self.upload_handler(request)
        with super().reading(request), receiving(request, handler) if handler else nullcontext():
            yield

    def save_model(self, request: HttpRequest, obj: models.Model, form: "ModelForm[Any]", change: bool) -> None:
        publish_record(record=obj, actor=editor_of(request), now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        withdraw_record(record=obj, actor=editor_of(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for record in queryset:
            withdraw_record(record=record, actor=editor_of(request), now=timezone.now())
