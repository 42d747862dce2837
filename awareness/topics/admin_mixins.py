"""Form fields for topics on the admin pages of publications."""

from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest

from awareness.topics.models import Topic


class TopicsMixin:
    """An admin on whose form topics are ticked: there are few, and Django's two boxes are hard to work for a screen reader."""

    def formfield_for_manytomany(
        self, db_field: "models.ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Boxes to tick for topics."""
        if db_field.related_model is Topic:
            kwargs["widget"] = forms.CheckboxSelectMultiple()
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]
