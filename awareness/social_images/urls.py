"""Addresses of the drawn pictures that social networks show beside a link, outside the language prefix."""

from django.urls import path

from awareness.social_images.views import picture

urlpatterns = [path("pictures/<str:signed>.png", picture, name="picture")]
