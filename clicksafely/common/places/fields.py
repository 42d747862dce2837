"""Model field for a town."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clicksafely.common.places import MAX_CODE_LENGTH


def town_field(name: Any) -> "models.CharField[str, str]":
    """Return a field for the code of a town of Serbia."""
    return models.CharField(
        name,
        max_length=MAX_CODE_LENGTH,
        validators=[RegexValidator(r"^[a-z]+(-[a-z]+)*$", _("Choose a town from the list."))],
    )
