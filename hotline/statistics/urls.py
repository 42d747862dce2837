"""URLs of the public figures, under the language prefix."""

from django.urls import path

from hotline.statistics import views

urlpatterns = [
    path("hotline/statistics/", views.page, name="hotline-statistics"),
    path("hotline/statistics.csv", views.data_csv, name="hotline-statistics-csv"),
    path("hotline/statistics.json", views.data_json, name="hotline-statistics-json"),
]
