"""Addresses of the files for machines, outside the language prefix."""

from django.urls import path

from awareness.gathering.machines import views
from awareness.gathering.pictures.views import picture

urlpatterns = [
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("sitemap-<int:part>.xml", views.sitemap_part, name="sitemap-part"),
    path("robots.txt", views.robots, name="robots"),
    path("pictures/<str:signed>.png", picture, name="picture"),
    path(".well-known/security.txt", views.security, name="security-txt"),
]
