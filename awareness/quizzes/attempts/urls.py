"""URLs of quizzes and attempts."""

from django.urls import path

from awareness.quizzes.attempts import views

urlpatterns = [
    path("quizzes/", views.quizzes, name="quizzes"),
    path("quizzes/<slug:slug>/", views.quiz, name="quiz"),
]
