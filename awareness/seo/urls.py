"""Addresses of the files for machines, outside the language prefix."""

from django.urls import path

from awareness.seo import views

urlpatterns = [
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("sitemap-<int:part>.xml", views.sitemap_part, name="sitemap-part"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security, name="security-txt"),
]
