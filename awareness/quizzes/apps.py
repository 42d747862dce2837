"""App configuration of quizzes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuizzesConfig(AppConfig):
    name = "awareness.quizzes"
    label = "quizzes"
    verbose_name = _("Quizzes and questions")

    def ready(self) -> None:
        """Register quizzes for related content and search."""
        from awareness.quizzes import search_index  # noqa: PLC0415

        search_index.register()
