"""Views of the floor."""

import secrets
from functools import partial
from io import BytesIO

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from PIL import Image

from bench.floor.forms import EntryForm, PictureEntryForm, SameFieldsForm
from bench.floor.models import Answer, Article, Picture, Topic
from bench.floor.queue import noop


def empty(request: HttpRequest) -> HttpResponse:
    """An empty view behind the seven default middlewares."""
    return HttpResponse("hello")


def page(request: HttpRequest, rows: int) -> HttpResponse:
    """Three queries and a template; `rows` sets the length."""
    topic = Topic.objects.get(slug="topic")
    context = {
        "topic": topic,
        "articles": list(Article.objects.filter(topic=topic).order_by("-published")[:rows]),
        "answers": list(Answer.objects.filter(topic=topic)[: rows * 3 // 4]),
    }
    return render(request, "floor/page.html", context)


def entry(request: HttpRequest) -> HttpResponse:
    """CSRF, validation, INSERT, commit, enqueue, redirect."""
    form = EntryForm(request.POST or None)
    if not form.is_valid():
        return render(request, "floor/form.html", {"form": form}, status=422 if form.is_bound else 200)
    with transaction.atomic():
        row = form.save(commit=False)
        row.reference = secrets.token_hex(8)
        row.save()
        transaction.on_commit(partial(noop.apply_async, kwargs={"number": row.pk}))
    return HttpResponseRedirect("/empty/")


def picture(request: HttpRequest) -> HttpResponse:
    """As `entry`, without the task: the picture is decoded here, re-encoded and stored."""
    form = PictureEntryForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return render(request, "floor/form.html", {"form": form}, status=422 if form.is_bound else 200)
    upload = form.cleaned_data["images"]
    upload.seek(0)
    output = BytesIO()
    with Image.open(upload) as image:
        image.convert("RGB").save(output, image.format, quality=90)
    with transaction.atomic():
        row = form.save(commit=False)
        row.reference = secrets.token_hex(8)
        row.save()
        Picture.objects.create(entry=row, content=output.getvalue())
    return render(request, "floor/form.html", {"form": SameFieldsForm()})


def same_fields(request: HttpRequest) -> HttpResponse:
    """The fields of the report form, rendered by crispy without other content."""
    return render(request, "floor/form.html", {"form": SameFieldsForm()})
