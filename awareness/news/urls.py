"""URLs of the news, under the language prefix."""

from django.urls import path

from awareness.news import views

urlpatterns = [
    path("news/", views.news, name="news"),
    path("news/captions/<int:block_id>-<str:written>.vtt", views.captions, name="captions"),
    path("news/<slug:slug>/", views.article, name="article"),
]
