"""Addresses of the search and of the figures, under the language prefix."""

from django.urls import path

from awareness.search import views

urlpatterns = [
    path("search/", views.search_page, name="search"),
]
