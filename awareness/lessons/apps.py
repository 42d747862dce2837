"""Configuration of the `lessons` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LessonsConfig(AppConfig):
    name = "awareness.lessons"
    label = "lessons"
    verbose_name = _("Lessons")
