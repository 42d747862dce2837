"""Addresses of quizzes to take along, under the language prefix."""

from django.urls import path

from awareness.quizzes.printing import views

urlpatterns = [
    path("quizzes/<slug:slug>/print/", views.paper, name="quiz-print"),
    path("quizzes/<slug:slug>/offline/", views.offline, name="quiz-offline"),
]
