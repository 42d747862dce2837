"""A table as wide as a report, and three tables for a page of three queries."""

from django.db import models


class Entry(models.Model):
    """A row of the plain form."""

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


class Picture(models.Model):
    """The picture of a row of the plain form."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE)
    content = models.BinaryField()

    def __str__(self) -> str:
        return str(self.pk)


class Topic(models.Model):
    """The subject of the page of three queries."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    intro = models.TextField()

    def __str__(self) -> str:
        return self.title


class Article(models.Model):
    """A card of that page."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE)
    title = models.CharField(max_length=200)
    summary = models.TextField()
    author = models.CharField(max_length=80)
    published = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.title


class Answer(models.Model):
    """A question of that page with its answer."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE)
    question = models.CharField(max_length=200)
    text = models.TextField()

    def __str__(self) -> str:
        return self.question
