"""The base every admin page of public records stands on."""

from typing import Any, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from modeltranslation.admin import TranslationAdmin

from awareness.topics.services import publish_record, withdraw_record


def editor_of(request: HttpRequest) -> AbstractBaseUser:
    """Who is at work: the staff site lets nobody in who is not signed in."""
    return cast(AbstractBaseUser, request.user)


class PublishingAdmin(TranslationAdmin[Any]):
    """Saves and deletes through the services, so that pages notice and the audit knows."""

    def save_model(self, request: HttpRequest, obj: models.Model, form: "ModelForm[Any]", change: bool) -> None:
        publish_record(record=obj, actor=editor_of(request), now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        withdraw_record(record=obj, actor=editor_of(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for record in queryset:
            withdraw_record(record=record, actor=editor_of(request), now=timezone.now())
