"""The app `quizzes`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuizzesConfig(AppConfig):
    name = "awareness.quizzes"
    label = "quizzes"
    verbose_name = _("Quizzes and questions")
