"""The app `editorial`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditorialConfig(AppConfig):
    name = "awareness.editorial"
    label = "editorial"
    verbose_name = _("Pages, partners and contacts")
