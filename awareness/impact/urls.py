"""URLs of the figures, under the language prefix."""

from django.urls import path

from awareness.impact import views

urlpatterns = [
    path("impact/", views.page, name="impact"),
    path("impact/data.csv", views.data_csv, name="impact-csv"),
    path("impact/data.json", views.data_json, name="impact-json"),
]
