"""URLs of the Open Graph pictures, outside the language prefix."""

from django.urls import path

from awareness.social_images.views import picture

urlpatterns = [path("pictures/<str:signed>.png", picture, name="picture")]
