"""The app `social_images`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SocialImagesConfig(AppConfig):
    name = "awareness.social_images"
    label = "social_images"
    verbose_name = _("Social images")
