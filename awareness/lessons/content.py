"""Seed content: lesson kits, each of which becomes four resources of the library."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from awareness.lessons.kits import (
    FOLDER,
    PARTS,
    Kit,
    as_sentence,
    both,
    curriculum_lines,
    files_of,
    kit_texts,
    note_lines,
    of_kit,
    slug_of,
)
from awareness.lessons.selectors import LESSON_MINUTES
from awareness.library.content import LabelledFile, check_name, resource_kind, store_checked
from awareness.library.enums import AccessibilityFeature, ResourceLanguage
from awareness.library.licences import Licence
from awareness.publishing.audiences import Audience
from awareness.topics.content import LANGUAGES
from awareness.topics.sheets.pictures import has_picture
from clicksafely.common.content.files import Document, Place
from clicksafely.common.content.loader import ContentKind
from clicksafely.common.content.schema import content_files, read_data

SLIDE_NUMBERS: Final = {"sr": re.compile(r"Слајд(?:ови)? ([\d, и]+)"), "en": re.compile(r"Slides? ([\d, and]+)")}
PLAN: Final = "plan"


def kit_rows(document: Document) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Yield the resources of a kit; the plan is the last, because it refers to the others."""
    kit = document.data
    for part, (kind, _ending) in PARTS.items():
        texts = kit_texts()
        title, is_plan = of_kit(kit, "title"), part == PLAN
        yield (), {
            "slug": slug_of(kit, part),
            "kind": kind,
            "minutes": LESSON_MINUTES if is_plan else None,
            "topics": kit["topics"],
            "audiences": [Audience.EDUCATORS],
            "ages": kit["ages"],
            "levels": [kit["level"]],
            "features": [
                AccessibilityFeature.TAGGED,
                AccessibilityFeature.NAVIGATION,
                AccessibilityFeature.ALTERNATIVE_TEXT,
            ],
            "language": ResourceLanguage.SERBIAN_CYRILLIC,
            "other_languages": [ResourceLanguage.SERBIAN_LATIN, ResourceLanguage.ENGLISH],
            "licence": Licence.BY,
            "version": kit["version"],
            # An empty day is a value, so that a text which an editor has checked counts as edited.
            "checked_on": date.fromisoformat(kit["checked_on"]) if kit["checked_on"] else None,
            "parts": [slug_of(kit, other) for other in PARTS if other != PLAN] if is_plan else [],
            "quiz": kit["quiz"] if is_plan else None,
            **both("title", texts["titles"][part], title=title),
            **(both("summary", of_kit(kit, "summary")) if is_plan else both("summary", texts["summaries"][part], title=title)),
            **{f"description_{code}": _curriculum(kit, code) if is_plan else "" for code in LANGUAGES},
            **{f"use_in_class_{code}": _use(kit, part, code) for code in LANGUAGES},
            **{f"teaches_{code}": _outcome(kit, code) for code in LANGUAGES},
            **both("keywords", of_kit(kit, "keywords")),
        }  # fmt: skip


def _outcome(kit: Kit, code: str) -> str:
    """Return the first outcome as a sentence."""
    return f"{kit_texts()['headings']['outcomes'][code]} {kit[f'outcomes_{code}'][0].rstrip(';.')}."


def _curriculum(kit: Kit, code: str) -> str:
    return f"{kit_texts()['headings']['subjects'][code]}:\n\n{_as_list(curriculum_lines(kit, code))}"


def _use(kit: Kit, part: str, code: str) -> str:
    """Return the use of a part, as Markdown.

    These are the steps of the plan, the key of the worksheet, or the notes of the slides. A poster has a fixed text.
    """
    match part:
        case "plan":
            step = kit_texts()["step"][code]
            return _as_list(
                step.format(
                    minutes=each["minutes"], name=as_sentence(each[f"name_{code}"]), teacher=each[f"teacher_{code}"]
                )
                for each in kit["steps"]
            )
        case "worksheet":
            return _as_list(kit[f"keys_{code}"])
        case "slides":
            return _as_list(note_lines(kit, code))
    return str(kit_texts()["poster_use"][code])


def _as_list(lines: Any) -> str:
    return "\n".join(f"- {line}" for line in lines)


def check_kit(document: Document) -> Iterator[tuple[str, str]]:
    """Yield what the schema cannot express: minutes, slides named by the plan, equal lists in both languages, and drawings."""
    kit = document.data
    yield from check_name(document)
    if (minutes := sum(step["minutes"] for step in kit["steps"])) != LESSON_MINUTES:
        yield "steps", f"the steps take {minutes} minutes instead of {LESSON_MINUTES}"
    # The title is slide 1.
    slides = set(range(2, len(kit["slides"]) + 2))
    for code, numbers in SLIDE_NUMBERS.items():
        named = {
            int(number)
            for step in kit["steps"]
            for found in numbers.findall(step[f"teacher_{code}"])
            for number in re.findall(r"\d+", found)
        }
        if named != slides:
            yield "steps", f"the steps name the slides {sorted(named)} instead of {sorted(slides)} ({code})"
    for place, row in _mappings(kit, ""):
        for name, value in row.items():
            if name.endswith("_sr") and isinstance(value, list) and len(value) != len(row[f"{name[:-3]}_en"]):
                yield f"{place}{name}", "the lists of both languages must be equally long"
        if "picture" in row and not has_picture(row["picture"]):
            yield f"{place}picture", f"{row['picture']} is no drawing with an alternative text"


def _mappings(value: Any, place: str) -> Iterator[tuple[str, Kit]]:
    """Yield each mapping below `value` with its place, which ends in a dot."""
    if isinstance(value, dict):
        yield place, value
        for name, inner in value.items():
            yield from _mappings(inner, f"{place}{name}.")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _mappings(inner, f"{place}{number}.")


def kit_kind(folder: Path) -> ContentKind:
    """Return the resources of the kits in `folder`: `NN-slug.yaml`."""
    return resource_kind(folder, read=kit_rows, check=check_kit, make_files=partial(_made_files, folder))


def _made_files(folder: Path, slug: str, now: datetime) -> list[LabelledFile]:
    """Make the files of the resource `slug` from its kit in `folder`."""
    [(path, part)] = [
        (path, part)
        for path in content_files(folder)
        for part in PARTS
        if slug_of({"slug": path.stem.partition("-")[2]}, part) == slug
    ]
    return store_checked(files_of(read_data(path), part, now))


KINDS: Final = (kit_kind(FOLDER),)
