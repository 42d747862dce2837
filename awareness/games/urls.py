"""Addresses of the games, under the language prefix."""

from django.urls import path

from awareness.games import views

urlpatterns = [
    path("games/", views.games, name="games"),
    path("games/<slug:slug>/", views.game, name="game"),
    path("games/<slug:slug>/<slug:scene>/", views.scene, name="game-scene"),
]
