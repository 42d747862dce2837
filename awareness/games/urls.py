"""URL patterns of the games, below the language prefix."""

from django.urls import path

from awareness.games import views

urlpatterns = [
    path("games/", views.games, name="games"),
    path("games/klik/", views.klik_world, name="klik-world"),
    path("games/<slug:slug>/", views.game, name="game"),
    path("games/<slug:slug>/<slug:scene>/", views.scene, name="game-scene"),
]
