"""Which forms of content have a live preview."""

from django.contrib.admin.sites import site
from modeltranslation.admin import TranslationAdmin

from clicksafely.common.staff.live_preview import LivePreviewMixin

# A question has a preview of its own kind. The others are words for lists and search, or are never changed.
WITHOUT = {
    "quizzes.Question",
    "events.Series",
    "search.SynonymGroup",
    "youthpanel.Cohort",
    "youthpanel.Handover",
    "youthpanel.Response",
}


def test_every_content_form_has_a_live_preview() -> None:
    content = {
        model._meta.label: isinstance(admin, LivePreviewMixin)
        for model, admin in site._registry.items()
        if isinstance(admin, TranslationAdmin)
    }
    assert {name for name, previewed in content.items() if not previewed} == WITHOUT
