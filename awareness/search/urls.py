"""URLs of the search, under the language prefix."""

from django.urls import path

from awareness.search import views

urlpatterns = [
    path("search/", views.search_page, name="search"),
]
