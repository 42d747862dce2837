"""URLs of printed and offline quizzes."""

from django.urls import path

from awareness.quizzes.printing import views

urlpatterns = [
    path("quizzes/<slug:slug>/print/", views.paper, name="quiz-print"),
    path("quizzes/<slug:slug>/offline/", views.offline, name="quiz-offline"),
]
