"""URLs of White Papers in the admin."""

from django.urls import path

from youthpanel.white_papers import staff_views

PAPER = "whitepaper/<int:object_id>/"
urlpatterns = [
    path(f"{PAPER}preview/<slug:code>/", staff_views.Preview.as_view(), name="youthpanel-paper-preview"),
    path(
        f"{PAPER}preview/<slug:code>.<slug:form>",
        staff_views.PreviewFile.as_view(),
        name="youthpanel-paper-preview-file",
    ),
    path("response/<int:object_id>/letter/", staff_views.AddLetter.as_view(), name="youthpanel-letter-add"),
    path("letter/<int:letter_id>/remove/", staff_views.RemoveLetter.as_view(), name="youthpanel-letter-remove"),
    path("letter/<int:letter_id>/file/", staff_views.letter_file, name="youthpanel-letter-file"),
    path(f"{PAPER}issue/", staff_views.PublishEdition.as_view(), name="youthpanel-paper-publish"),
]
