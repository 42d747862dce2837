"""Lesson kits: the sheets and files of each part (plan, worksheet and cards, slides, poster), from one data file."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from awareness.lessons.quiz_sheets import key_parts, question_parts, quizzes_by_slug
from awareness.lessons.selectors import PRINT_NAME
from awareness.library.enums import EducationalLevel, ResourceKind
from awareness.topics.content import LANGUAGES
from awareness.topics.sheets.documents import Sheet, as_docx, as_joined_pdf, as_pdf, written_language
from awareness.topics.sheets.presentation import as_pptx
from clicksafely.common.content.schema import read_data
from clicksafely.common.i18n.language import LANGUAGES as SCRIPTS

TEXTS: Final = Path(__file__).parent / "kit_texts.yaml"
# The kind of resource of each part, and the end of its slug.
PARTS: Final = {
    "worksheet": (ResourceKind.WORKSHEET, "radni-list"),
    "slides": (ResourceKind.PRESENTATION, "slajdovi"),
    "poster": (ResourceKind.POSTER, "plakat"),
    "plan": (ResourceKind.LESSON_PLAN, "priprema"),
}
# The documents of each part with their forms.
FILES: Final = {
    "worksheet": (("worksheet", "pdf"), ("worksheet", "docx"), ("cards", "pdf")),
    "slides": (("slides", "pptx"), ("slides", "pdf")),
    "poster": (("poster", "pdf"),),
    "plan": (("print", "pdf"), ("plan", "pdf"), ("plan", "docx")),
}
FILE_NAMES: Final = {
    "print": PRINT_NAME,
    "plan": "priprema",
    "worksheet": "radni-list",
    "cards": "kartice",
    "slides": "slajdovi",
    "poster": "plakat",
}
FOLDER: Final = settings.BASE_DIR / "awareness" / "seed" / "kits"
# Sizes of letters in points.
PLAN_SIZE: Final = 10
WORKSHEET_SIZES: Final = {
    EducationalLevel.LOWER_PRIMARY: 14,
    EducationalLevel.UPPER_PRIMARY: 11.5,
    EducationalLevel.SECONDARY: 11.5,
}
STEP_WIDTHS: Final = [0.55, 1.1, 3.1, 2.1]

type Kit = dict[str, Any]
type Both = dict[str, Any]


@cache
def kit_texts() -> Any:
    """Return the texts that all kits share. Raises ContentError."""
    return read_data(TEXTS)


def slug_of(kit: Kit, part: str) -> str:
    """Return the slug of the resource of a part."""
    return f"{kit['slug']}-{PARTS[part][1]}"


def both(name: str, texts: Both, **values: Both) -> Both:
    """Return texts by field name and language ("text_sr"), with `values` filled in."""
    return {
        f"{name}_{code}": texts[code].format(**{key: value[code] for key, value in values.items()})
        for code in LANGUAGES
    }


def of_kit(kit: Kit, name: str) -> Both:
    """Return a text of the kit, or of a part of it, by language."""
    return {code: kit[f"{name}_{code}"] for code in LANGUAGES}


def files_of(kit: Kit, part: str, now: datetime) -> Iterator[tuple[str, bytes, Both, str]]:
    """Yield the file name, content, labels and ResourceLanguage of each file of a part, in each language and script."""
    texts = kit_texts()
    for language in SCRIPTS:
        for document, form in FILES[part]:
            labels = {
                code: f"{texts['files'][f'{document} {form}'][code]}, {texts['languages'][language][code]}"
                for code in LANGUAGES
            }
            name = f"{kit['slug']}-{FILE_NAMES[document]}-{language}.{form}"
            yield name, _content(kit, document, form, language, now), labels, SCRIPTS[language].tag


def _content(kit: Kit, document: str, form: str, language: str, now: datetime) -> bytes:
    if form == "pptx":
        return as_pptx(_title_slide(kit), kit["slides"], language)
    if document == "print":
        return as_joined_pdf(_sheet(kit, "print", []), printed_sheets(kit, language), language, now=now)
    sheet = SHEETS[document](kit)
    return as_docx(sheet, language) if form == "docx" else as_pdf(sheet, language, now=now)


def plan_sheet(kit: Kit) -> Sheet:
    """Return the plan of the lesson: outcomes, place in the curriculum, steps by minutes, and the key."""
    texts = kit_texts()
    return _sheet(
        kit,
        "plan",
        [
            _heading("outcomes"),
            _list("list", kit, "outcomes"),
            _heading("subjects"),
            {
                "kind": "list",
                **{f"items_{code}": curriculum_lines(kit, code) for code in LANGUAGES},
            },
            _heading("prepare"),
            _list("check", kit, "prepare"),
            _heading("steps"),
            {
                "kind": "table",
                "columns": len(texts["columns"]),
                "widths": STEP_WIDTHS,
                **{f"items_{code}": [*_step_cells(kit["steps"], code)] for code in LANGUAGES},
            },
            _heading("told"),
            {"kind": "box", **both("text", of_kit(kit, "told"))},
            _heading("adapt"),
            {
                "kind": "list",
                **{
                    f"items_{code}": [texts["adapt"][name][code].format(text=kit[f"{name}_{code}"]) for name in ("easier", "harder")]
                    for code in LANGUAGES
                },
            },
            _heading("success"),
            _list("list", kit, "success"),
            _heading("after"),
            _list("list", kit, "after"),
            _heading("keys"),
            _list("list", kit, "keys"),
        ],
    ) | {"size": PLAN_SIZE}  # fmt: skip


def curriculum_lines(kit: Kit, code: str) -> list[str]:
    """Return the subjects with their grades, official outcomes and sources, and a mark if they were not checked."""
    texts = {name: kit_texts()[name][code] for name in ("subject", "outcome", "source", "unchecked")}
    lines = []
    for each in kit["subjects"]:
        values = {name.removesuffix(f"_{code}"): text for name, text in each.items() if name.endswith(f"_{code}")}
        line = texts["subject"].format(**values)
        lines.append(f"{line}. {texts['outcome'].format(**values)}" if "outcome" in values else line)
    lines += [texts["source"].format(title=source[f"title_{code}"]) for source in kit["sources"]]
    return lines if kit["checked_on"] else [*lines, texts["unchecked"]]


def _step_cells(steps: Sequence[Kit], code: str) -> Iterator[str]:
    yield from (head[code] for head in kit_texts()["columns"].values())
    for step in steps:
        yield from (str(step["minutes"]), step[f"name_{code}"], step[f"teacher_{code}"], step[f"pupils_{code}"])


def worksheet_sheet(kit: Kit) -> Sheet:
    """Return the worksheet for pupils."""
    return _sheet(kit, "worksheet", kit["worksheet"]) | {"size": WORKSHEET_SIZES[kit["level"]]}


def cards_sheet(kit: Kit) -> Sheet:
    """Return the cards to cut out."""
    return {
        **both("title", of_kit(kit, "title")),
        **both("under", of_kit(kit["cards"], "how")),
        "layout": "cards",
        "parts": [{"kind": "card", **card} for card in kit["cards"]["cards"]],
    }


def slides_sheet(kit: Kit) -> Sheet:
    """Return the slides without their notes, to be shown."""
    parts: list[Kit] = []
    for slide in kit["slides"]:
        parts.append({"kind": "heading", **both("text", of_kit(slide, "title"))})
        if "picture" in slide:
            parts.append({"kind": "picture", "picture": slide["picture"]})
        items = {f"items_{code}": slide[f"items_{code}"] for code in LANGUAGES}
        is_list = len(slide["items_sr"]) > 1
        if slide.get("numbered") or is_list:
            parts.append({"kind": "steps" if slide.get("numbered") else "list", **items})
        else:
            parts.append({"kind": "text", **{f"text_{code}": slide[f"items_{code}"][0] for code in LANGUAGES}})
    return _sheet(kit, "slides", parts) | {"layout": "slides"}


def poster_sheet(kit: Kit) -> Sheet:
    """Return the poster for the classroom."""
    poster = kit["poster"]
    return {
        **both("title", of_kit(kit, "title")),
        **both("under", dict.fromkeys(LANGUAGES, "")),
        "layout": "poster",
        "picture": poster["picture"],
        "parts": [_list("list", poster, "lines"), {"kind": "box", **both("text", of_kit(poster, "box"))}],
    }


def printed_sheets(kit: Kit, language: str) -> list[Sheet]:
    """Return the sheets that a teacher prints for a lesson, which are all except the slides.

    The quiz and its key are in `language` only.
    """
    quiz, source = quizzes_by_slug()[kit["quiz"]], kit_texts()["source"][written_language(language)]
    titles = both("title", {"sr": quiz.title.sr, "en": quiz.title.en})
    name: Kit = {"kind": "sign", **{f"items_{code}": [kit_texts()["pupil"][code]] for code in LANGUAGES}}
    return [
        plan_sheet(kit),
        _sheet(kit, "notes", [{"kind": "list", **{f"items_{code}": note_lines(kit, code) for code in LANGUAGES}}]),
        _sheet(kit, "quiz", [name, *question_parts(quiz, language)]) | titles,
        _sheet(kit, "key", key_parts(quiz, language, source)) | titles,
        worksheet_sheet(kit),
        cards_sheet(kit),
        poster_sheet(kit),
    ]


def note_lines(kit: Kit, code: str) -> list[str]:
    """Return the notes on the slides by number, with their titles; slide 1 is the title."""
    return [
        f"{number}. {as_sentence(slide[f'title_{code}'])} {slide[f'notes_{code}']}"
        for number, slide in enumerate(kit["slides"], 2)
    ]


def as_sentence(title: str) -> str:
    """End a title like a sentence."""
    return title if title.endswith(("?", "!", ".")) else f"{title}."


def _title_slide(kit: Kit) -> Kit:
    unders = both("under", kit_texts()["unders"]["slides"], grades=of_kit(kit, "grades"))
    return {
        **both("title", of_kit(kit, "title")),
        **{f"items_{code}": [unders[f"under_{code}"]] for code in LANGUAGES},
        **both("notes", of_kit(kit, "summary")),
        "picture": kit["picture"],
    }


def _sheet(kit: Kit, name: str, parts: list[Kit]) -> dict[str, Any]:
    return {
        **both("title", of_kit(kit, "title")),
        **both("under", kit_texts()["unders"][name], grades=of_kit(kit, "grades")),
        "picture": kit["picture"],
        "parts": parts,
    }


def _heading(name: str) -> Kit:
    return {"kind": "heading", **both("text", kit_texts()["headings"][name])}


def _list(kind: str, source: Kit, name: str) -> Kit:
    return {"kind": kind, **{f"items_{code}": source[f"{name}_{code}"] for code in LANGUAGES}}


SHEETS: Final = {
    "plan": plan_sheet,
    "worksheet": worksheet_sheet,
    "cards": cards_sheet,
    "slides": slides_sheet,
    "poster": poster_sheet,
}
