"""URLs of White Papers, under the language prefix."""

from django.urls import path

from youthpanel.models import EditionFormat
from youthpanel.white_papers import views

urlpatterns = [
    path("youth-panel/white-papers/<slug:slug>/", views.white_paper, name="white-paper"),
    path(
        "youth-panel/white-papers/<slug:slug>.pdf",
        views.white_paper_file,
        {"form": EditionFormat.PDF},
        name="white-paper-pdf",
    ),
    path(
        "youth-panel/white-papers/<slug:slug>.docx",
        views.white_paper_file,
        {"form": EditionFormat.DOCX},
        name="white-paper-docx",
    ),
]
