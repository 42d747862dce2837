"""URLs of the topics, under the language prefix."""

from django.urls import path

from awareness.topics import views

urlpatterns = [
    path("topics/", views.topics, name="topics"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
]
