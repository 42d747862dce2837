"""Resources of every installation, and those of a demonstration with publication dates spread over several months."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, Final, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from awareness.library.enums import ResourceLanguage
from awareness.library.licences import Licence
from awareness.library.models import Resource
from awareness.library.services import add_file, remove_file, save_resource
from awareness.library.storage import store_file
from awareness.library.upload_validation import Checked, check_file
from awareness.publishing.services import save_record
from awareness.publishing.versions import versions_of
from awareness.topics.content import DEMO, LANGUAGES, SEED, SINCE, help_lines, published, removal_services
from awareness.topics.models import HelpLine, Topic
from awareness.topics.sheets.documents import as_docx, as_pdf
from clicksafely.accounts.models import User
from clicksafely.common.content.files import Document, Place
from clicksafely.common.content.loader import ContentKind, loaded_rows, model_values
from clicksafely.common.content.schema import content_files, read_checked, read_data
from clicksafely.common.i18n.language import LANGUAGES as SCRIPTS
from clicksafely.common.sandbox.runner import PLACES

EDITOR: Final = "editor"
MODEL: Final = "library.resource"
LABELS: Final = {
    ("sr", "pdf"): {"sr": "ћирилицом, за штампу", "en": "in Serbian, Cyrillic, to print"},
    ("sr", "docx"): {"sr": "ћирилицом, за измене", "en": "in Serbian, Cyrillic, to change"},
    ("sr-latn", "pdf"): {"sr": "латиницом, за штампу", "en": "in Serbian, Latin, to print"},
    ("sr-latn", "docx"): {"sr": "латиницом, за измене", "en": "in Serbian, Latin, to change"},
    ("en", "pdf"): {"sr": "на енглеском, за штампу", "en": "to print"},
    ("en", "docx"): {"sr": "на енглеском, за измене", "en": "to change"},
}
COST_AND_HOURS: Final = {"sr": ("бесплатно", "дан и ноћ"), "en": ("free", "day and night")}
# The police, the National Contact Centre and the child helpline.
PRINTED_LINES: Final = 3
# Defaults of the files of every installation.
BASICS: Final = {
    "language": ResourceLanguage.SERBIAN_CYRILLIC,
    "other_languages": [ResourceLanguage.ENGLISH],
    "licence": Licence.BY,
    "version": "1.0",
}
# Of a resource whose files are made from a sheet.
SHEET_LANGUAGES: Final[list[str]] = [ResourceLanguage.SERBIAN_LATIN, ResourceLanguage.ENGLISH]

type Row = dict[str, Any]
# A file with its labels, and its ResourceLanguage.
type LabelledFile = tuple[Checked, dict[str, str], str]
type MakeFiles = Callable[[str, datetime], list[LabelledFile]]


def load_demo(now: datetime) -> Iterator[tuple[int, int]]:
    """Create the demonstration resources, unless resources exist that the content loader did not write.

    Requires the demonstration account of the editor. Yields (done, total) after each resource.
    """
    if Resource.objects.exclude(pk__in=loaded_rows(MODEL)).exists():
        return
    materials = read_materials(DEMO / "library")
    actor = User.objects.get(username=EDITOR)
    for number, material in enumerate(materials, 1):
        moment = now - timedelta(days=material["days"])
        _make(material, _files(material, moment), actor, moment)
        yield number, len(materials)


def read_materials(folder: Path) -> list[Row]:
    """Return the resources of a folder that have a sheet. Parts that refer to help lines contain them."""
    found = [document.data for document in read_checked(content_files(folder))]
    return [_with_help_lines(material) for material in found if "sheet" in material]


def _with_help_lines(material: Row) -> Row:
    parts = [filled for part in material["sheet"]["parts"] for filled in _filled(part)]
    return material | {"sheet": material["sheet"] | {"parts": parts}}


def _filled(part: Row) -> Iterator[Row]:
    lines = help_lines()
    match part.get("rows"), part["kind"]:
        case None, _:
            yield part
        case "help_lines", "heading":
            for line in [line for line in lines if not line["crisis"]][:PRINTED_LINES]:
                yield {"kind": "heading"} | {f"text_{code}": _number(line) for code in LANGUAGES}
                yield {"kind": "text"} | {f"text_{code}": _about(line, code) for code in LANGUAGES}
        case "removal_services", _:
            services = removal_services()
            yield part | {
                f"items_{code}": [f"{row['title']} ({row['url']}): {row[f'description_{code}']}" for row in services]
                for code in LANGUAGES
            }
        case rows, _:
            is_crisis = rows == "crisis_lines"
            shown = [line for line in lines if line["crisis"] == is_crisis][: None if is_crisis else PRINTED_LINES]
            yield part | {
                f"items_{code}": [f"{_number(line)}: {_about(line, code)}" for line in shown] for code in LANGUAGES
            }


def _number(line: Row) -> str:
    return HelpLine(phone=line["phone"]).formatted_phone


def _about(line: Row, code: str) -> str:
    """Return the name of a help line with its cost and hours."""
    free, always = COST_AND_HOURS[code]
    facts = [free if line["free"] else "", always if line["around_the_clock"] else line[f"hours_{code}"]]
    return ", ".join([line[f"title_{code}"], *filter(None, facts)])


def _make(material: Row, files: list[LabelledFile], actor: AbstractBaseUser, moment: datetime) -> None:
    titles = {f"title_{code}": material["sheet"][f"title_{code}"] for code in LANGUAGES}
    values = model_values(
        Resource,
        material | titles | {"language": ResourceLanguage.SERBIAN_CYRILLIC},
        rich_text={"description", "use_in_class"},
        besides={"days", "topics", "parts", "forms", "sheet"},
    )
    resource = Resource(
        other_languages=SHEET_LANGUAGES,
        licence=Licence.BY,
        version="1.0",
        published_at=moment,
        **values,
    )
    save_resource(
        record=resource,
        topics=Topic.objects.filter(slug__in=material["topics"]),
        parts=Resource.objects.filter(slug__in=material.get("parts", ())),
        actor=actor,
        now=moment,
        attach=partial(_attach, resource, files, actor, moment),
    )


def _files(material: Row, moment: datetime) -> list[LabelledFile]:
    """Store and check the files of a material, with their labels and languages."""
    sheet, slug = material["sheet"], material["slug"]
    return store_checked(
        (
            f"{slug}-{code}.{form}",
            as_pdf(sheet, code, now=moment) if form == "pdf" else as_docx(sheet, code),
            LABELS[code, form],
            SCRIPTS[code].tag,
        )
        for code, form in product(SCRIPTS, material["forms"])
    )


def store_checked(files: Iterable[tuple[str, bytes, dict[str, str], str]]) -> list[LabelledFile]:
    """Store and check files that the portal made: each has a name, its content, labels and language."""
    # Each PDF is checked in a subprocess that takes one of the places, and a file without a place would be refused.
    with ThreadPoolExecutor(PLACES) as pool:
        checks = [
            (pool.submit(_store_checked, content, name), labels, language) for name, content, labels, language in files
        ]
        return [(check.result(), labels, language) for check, labels, language in checks]


def _store_checked(content: bytes, name: str) -> Checked:
    """Runs in a thread, so it sends no queries."""
    return check_file(store_file([content]), name)


def _attach(resource: Resource, files: list[LabelledFile], actor: AbstractBaseUser | None, moment: datetime) -> None:
    for order, (checked, labels, language) in enumerate(files):
        add_file(
            resource=resource, checked=checked, labels=labels, language=language, order=order, actor=actor, now=moment
        )


def _read_resource(document: Document) -> Iterator[tuple[Place, Row]]:
    """Yield the resource of a file, without its sheet, from which the files are made."""
    values = {name: value for name, value in document.data.items() if name not in {"sheet", "forms"}}
    # An empty day is a value, so that a text which an editor has checked counts as edited.
    if "checked_on" in values:
        values["checked_on"] = date.fromisoformat(values["checked_on"]) if values["checked_on"] else None
    if sheet := document.data.get("sheet"):
        values = {name: text for name, text in sheet.items() if name.startswith("title_")} | values
        values |= {"other_languages": SHEET_LANGUAGES}
    yield (), BASICS | values


def _created(position: int, values: Row) -> Row:
    """A resource with a note for approval is not published."""
    return {"changed_at": SINCE} if values.get("approval_note_sr") else published(position, values)


def check_name(document: Document) -> Iterator[tuple[str, str]]:
    """Yield a fault if the name of a file is not NN-slug.yaml."""
    if document.path.stem.partition("-")[2] != document.data["slug"]:
        yield "slug", "the file must be named NN-slug.yaml"


def _made_files(folder: Path, slug: str, now: datetime) -> list[LabelledFile]:
    """Make the files of the resource `slug` from its sheet in `folder`."""
    [path] = [path for path in content_files(folder) if path.stem.partition("-")[2] == slug]
    material = read_data(path)
    return _files(_with_help_lines(material), now) if "sheet" in material else []


def _create(make_files: MakeFiles, row: models.Model, write_parts: Callable[[], None], now: datetime) -> None:
    resource = cast(Resource, row)
    resource.save()
    write_parts()
    _attach(resource, make_files(resource.slug, now), None, now)


def _update(make_files: MakeFiles, row: models.Model, write_parts: Callable[[], None], now: datetime) -> None:
    """Save a resource changed by the loader, and make its files anew unless an editor has saved it."""
    resource = cast(Resource, row)
    is_edited = versions_of(resource).exclude(author=None).exists()

    def relate() -> None:
        write_parts()
        if not is_edited:
            for file in resource.files.all():
                remove_file(file=file, actor=None, now=now)
            _attach(resource, make_files(resource.slug, now), None, now)

    save_record(record=resource, actor=None, now=now, parts=relate)


def resource_kind(
    folder: Path,
    *,
    read: Callable[[Document], Iterable[tuple[Place, Row]]] = _read_resource,
    check: Callable[[Document], Iterable[tuple[str, str]]] = check_name,
    make_files: MakeFiles | None = None,
) -> ContentKind:
    """Return the resources of the files in `folder`: `NN-slug.yaml`, each with the sheet of its files.

    `make_files` returns the files of a resource by its slug; they are stored and checked.
    """
    make_files = make_files or partial(_made_files, folder)
    return ContentKind(
        model=MODEL,
        files=folder,
        key=("slug",),
        read=read,
        check=check,
        rich_text=frozenset({"description", "use_in_class"}),
        links={"topics": "slug", "parts": "slug", "quiz": "slug"},
        created=_created,
        create=partial(_create, make_files),
        update=partial(_update, make_files),
    )


KINDS: Final = (resource_kind(SEED / "library"),)
