"""URLs of the sitemap, robots.txt and security.txt, outside the language prefix."""

from django.urls import path

from awareness.seo import views

urlpatterns = [
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("sitemap-<slug:section>.xml", views.sitemap, name="sitemap-section"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security, name="security-txt"),
]
