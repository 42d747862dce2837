"""Addresses of the search and of the figures, under the language prefix."""

from django.urls import include, path

from awareness.gathering import views

urlpatterns = [
    path("search/", views.search_page, name="search"),
    path("", include("awareness.gathering.impact.urls")),
]
