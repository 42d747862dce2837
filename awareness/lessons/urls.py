"""URL patterns of lessons, below the language prefix."""

from django.urls import path

from awareness.lessons import views

urlpatterns = [
    path("lesson/", views.lesson, name="lesson"),
    path("lesson/zip/", views.LessonZipView.as_view(), name="lesson-zip"),
]
