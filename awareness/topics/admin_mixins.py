"""Form fields for topics on the admin pages of publications."""

from typing import Any, Final

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from awareness.topics.models import Topic

TOPICS_FIELDSET: Final[Any] = (gettext_lazy("Topics"), {"fields": ("topics",), "classes": ("collapse",)})


class TopicsMixin:
    """Show topics as checkboxes: there are few, and Django's double list box is hard to use with a screen reader."""

    def formfield_for_manytomany(
        self, db_field: "models.ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Use checkboxes for topics."""
        if db_field.related_model is Topic:
            kwargs["widget"] = forms.CheckboxSelectMultiple()
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]
