"""URLs of the floor."""

from django.urls import path

from bench.floor import views

urlpatterns = [
    path("empty/", views.empty),
    path("page/<int:rows>/", views.page),
    path("entry/", views.entry),
    path("picture/", views.picture),
    path("same-fields/", views.same_fields),
]
