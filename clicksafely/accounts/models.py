"""The user model of the project."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """An account of a member of staff. A model of its own, so that fields can be added later."""
