"""URLs of the public pages of the panel, under the language prefix."""

from django.urls import path

from youthpanel.public import views

urlpatterns = [
    path("youth-panel/", views.panel, name="youth-panel"),
    path("youth-panel/recommendations/", views.recommendations, name="recommendations"),
    path("youth-panel/recommendations.csv", views.recommendations_csv, name="recommendations-csv"),
    path("youth-panel/recommendations.json", views.recommendations_json, name="recommendations-json"),
    path("youth-panel/recommendations/to/<slug:to>/", views.addressee, name="recommendations-to"),
    path("youth-panel/letters/<uuid:uuid>.pdf", views.letter, name="response-letter"),
    path("youth-panel/recommendations/<slug:slug>/", views.recommendation, name="recommendation"),
]
