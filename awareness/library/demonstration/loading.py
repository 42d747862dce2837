"""Loads the library of a demonstration, as an editor would have filled it over some months."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from itertools import product

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import User
from django.utils.html import format_html_join

from awareness.library.demonstration.classroom import CLASSROOM
from awareness.library.demonstration.homes import HOMES
from awareness.library.demonstration.lessons import LESSONS
from awareness.library.demonstration.shape import Material
from awareness.library.demonstration.slides import SLIDES
from awareness.library.demonstration.walls import WALLS
from awareness.library.files import Checked, check_file
from awareness.library.licences import Licence
from awareness.library.models import Resource
from awareness.library.services import add_file, publish_resource
from awareness.library.storing import store
from awareness.library.vocabulary import ResourceLanguage
from awareness.topics.demonstration.sheets import as_docx, as_pdf
from awareness.topics.models import Topic
from awareness.topics.subjects.shape import Both, as_list

MATERIALS = sorted((*LESSONS, *HOMES, *CLASSROOM, *WALLS, *SLIDES), key=lambda material: -material.days)
EDITOR = "editor"
LABELS = {
    ("sr", "pdf"): Both("за штампу", "in Serbian, to print"),
    ("sr", "docx"): Both("за измене", "in Serbian, to change"),
    ("en", "pdf"): Both("на енглеском, за штампу", "to print"),
    ("en", "docx"): Both("на енглеском, за измене", "to change"),
}


type Document = tuple[Checked, Both]


def load(now: datetime) -> Iterator[tuple[int, int]]:
    """None where there are resources. Needs the demonstration account of the editor."""
    if Resource.objects.exists():
        return
    actor = User.objects.get(username=EDITOR)
    # Every PDF is opened in a process of its own: as many at a time as there are processors.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        made = [pool.submit(_documents, material, now - timedelta(days=material.days)) for material in MATERIALS]
        for number, (material, documents) in enumerate(zip(MATERIALS, made, strict=True), 1):
            _make(material, documents.result(), actor, now - timedelta(days=material.days))
            yield number, len(MATERIALS)


def _make(material: Material, documents: list[Document], actor: AbstractBaseUser, moment: datetime) -> None:
    resource = Resource(
        slug=material.slug,
        kind=material.kind,
        language=ResourceLanguage.SERBIAN_CYRILLIC,
        licence=Licence.BY,
        version="1.0",
        audiences=list(material.audiences),
        ages=list(material.ages),
        levels=list(material.levels),
        features=list(material.features),
        minutes=material.minutes,
        published_at=moment,
    )
    for code in ("sr", "en"):
        texts = {
            "title": getattr(material.sheet.title, code),
            "summary": getattr(material.summary, code),
            "description": format_html_join("", "<p>{}</p>", ((getattr(text, code),) for text in material.about)),
            "use_in_class": as_list(material.steps, code),
            "teaches": getattr(material.teaches, code),
            "keywords": getattr(material.keywords, code),
        }
        for name, text in texts.items():
            setattr(resource, f"{name}_{code}", text)
    publish_resource(
        record=resource,
        topics=Topic.objects.filter(slug__in=material.topics),
        parts=Resource.objects.filter(slug__in=material.parts),
        actor=actor,
        now=moment,
        attach=partial(_give_files, resource, documents, actor, moment),
    )


def _documents(material: Material, moment: datetime) -> list[Document]:
    """The files of a material with their labels, stored and checked as those of an editor are. Asks no database."""
    found = []
    for code, form in product(("sr", "en"), material.forms):
        content = as_pdf(material.sheet, code, now=moment) if form == "pdf" else as_docx(material.sheet, code)
        found.append((check_file(store([content]), f"{material.slug}-{code}.{form}"), LABELS[code, form]))
    return found


def _give_files(resource: Resource, documents: list[Document], actor: AbstractBaseUser, moment: datetime) -> None:
    for order, (checked, label) in enumerate(documents):
        labels = {"sr": label.sr, "en": label.en}
        add_file(resource=resource, checked=checked, labels=labels, order=order, actor=actor, now=moment)
