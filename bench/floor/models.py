"""One table, as wide as a report."""

from django.db import models


class Entry(models.Model):
    """What the bare form stores."""

    reference = models.CharField(max_length=16, unique=True)
    category = models.CharField(max_length=20)
    severity = models.CharField(max_length=10)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    address = models.URLField(blank=True)
    region = models.CharField(max_length=40)
    contact = models.EmailField(blank=True)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.reference
