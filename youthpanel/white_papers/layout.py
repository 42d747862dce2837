"""Layout of an edition: one sequence of parts for the page, PDF and DOCX, in one language and script."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from clicksafely.common.i18n.language import ENGLISH, LANGUAGES, SERBIAN
from clicksafely.common.serbian.scripts import LATIN_LANGUAGE, to_latin
from youthpanel.models import EducationKind
from youthpanel.white_papers.content import (
    BilingualText,
    ConsultationResultContent,
    EditionContent,
    QuestionResultContent,
    QuotationContent,
    RecommendationContent,
    is_untranslated,
    text_in_language,
)
from youthpanel.white_papers.rich_text_tree import Block, blocks_of, plain_text_blocks
from youthpanel.white_papers.text_variables import counted_nouns, per_cent

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
# Opening and closing quotation marks of a text in English and in Serbian.
_ENGLISH_MARKS, _SERBIAN_MARKS = ("“", "”"), ("„", "“")
_ANY_MARKS: Final = '„“”"«» '


@dataclass(frozen=True)
class EditionInfo:
    """Number, date and changes of an edition. `number` is None for a preview.

    `issued_at` of a preview is the current time.
    """

    number: int | None
    issued_at: datetime
    changes: BilingualText


@dataclass
class LayoutSection:
    """A part with a heading of `level` (1 or 2): its blocks and its subsections. `anchor` is its fragment on the page.

    `foreign`: the text of the section is shown in Serbian on an English page. This excludes heading, tables and facts.
    `whole`: in documents its text stays on one page. `listed`: the table of contents has it.

    Besides the blocks of rich text there are these blocks:

    - `{"kind": "tiles", "rows": [[number, noun]]}`;
    - `{"kind": "table", "head": [str], "rows": [[str]], "towns": [code]}`, with a map beside it if there are towns;
    - `{"kind": "brief", "label": str, "text": str}`;
    - `{"kind": "facts", "rows": [[name, value]], "live": {"path", "href", "title", "alt"}}`;
    - `{"kind": "said", "text": str, "who": str, "note": str, "foreign": bool}`;
    - `{"kind": "chart", "title": str, "note": str, "head": [str], "rows": [row], "alt": str}`.

    `href` is empty without the address of the portal. A row of a chart is `{"label": str, "share": float or None,
    "text": str}`.
    """

    title: str
    anchor: str
    level: int = 1
    blocks: list[Block] = field(default_factory=list)
    sections: list["LayoutSection"] = field(default_factory=list)
    foreign: bool = False
    whole: bool = False
    listed: bool = True


@dataclass(frozen=True)
class ImprintRow:
    """A line of the imprint, with an address or without."""

    name: str
    text: str
    href: str = ""


@dataclass
class LaidOutEdition:
    """A whole edition in `language` (a code of LANGUAGES): `tag` is its BCP 47 tag.

    `kind` is the kind of document, `edition` its number and date. `brand` is the name beside the mark.
    """

    language: str
    tag: str
    title: str
    kind: str
    edition: str
    author: str
    brand: str
    publisher: str
    description: str
    issued_at: datetime
    contents_title: str
    imprint_title: str
    imprint: list[ImprintRow]
    sections: list[LayoutSection]

    @property
    def under(self) -> str:
        """The subtitle."""
        return f"{self.kind} · {self.edition}"


def lay_out(content: EditionContent, about: EditionInfo, language: str) -> LaidOutEdition:
    """Lay out the edition in `language`. `sr-latn` is transliterated. Missing English is replaced by Serbian in Cyrillic."""
    # Latin is derived from the Serbian catalogue, because Django's own Latin catalogue partly uses other words.
    with translation.override(SERBIAN if language == LATIN_LANGUAGE else language):
        layout = _build_layout(content, about, language)
    return _in_latin(layout) if language == LATIN_LANGUAGE else layout


def _build_layout(content: EditionContent, about: EditionInfo, language: str) -> LaidOutEdition:
    def rich(title: str, anchor: str, text: BilingualText, **more: Any) -> LayoutSection:
        return LayoutSection(
            title,
            anchor,
            blocks=blocks_of(text_in_language(text, language)),
            foreign=is_untranslated(text, language),
            **more,
        )

    sections = [_summary(content, language)]
    if text_in_language(about.changes, language):
        sections.append(
            LayoutSection(
                _("What is new in this edition"),
                "changes",
                blocks=plain_text_blocks(text_in_language(about.changes, language)),
                foreign=is_untranslated(about.changes, language),
            )
        )
    sections.append(rich(_("Foreword"), "foreword", content["foreword"]))
    method = rich(_("How it was made"), "method", content["method"])
    method.blocks.append(_figures(content))
    sections.append(method)
    sections += [
        rich(text_in_language(chapter["title"], language), f"chapter-{number}", chapter["text"])
        for number, chapter in enumerate(content["chapters"], 1)
    ]
    sections.append(
        LayoutSection(
            _("Recommendations"),
            "recommendations",
            sections=[lay_out_recommendation(row, content["site"], language) for row in content["recommendations"]],
        )
    )
    if content["quotations"]:
        quoted = [_quotation(quotation, language) for quotation in content["quotations"]]
        sections.append(LayoutSection(_("In their own words"), "quotations", blocks=quoted))
    if content["results"]:
        results = [_result(number, result, language) for number, result in enumerate(content["results"], 1)]
        sections.append(
            LayoutSection(_("What the consultations showed"), "results", blocks=_results_note(), sections=results)
        )
    sections += [
        rich(f"{_('Annex')} {number}. {text_in_language(annex['title'], language)}", f"annex-{number}", annex["text"])
        for number, annex in enumerate(content["annexes"], 1)
    ]
    number = _("Edition %(n)s") % {"n": about.number} if about.number else _("Preview of an unpublished edition")
    edition = f"{number} · {date_format(timezone.localdate(about.issued_at), 'DATE_FORMAT')}"
    author = _("Youth panel of Click Safely")
    publisher = f"{_('Safer Internet Centre of Serbia')}, {_('Click Safely')}"
    return LaidOutEdition(
        language=language,
        tag=LANGUAGES[language].tag,
        title=text_in_language(content["title"], language),
        kind=_("White Paper of the youth panel"),
        edition=edition,
        author=author,
        brand=_("Click Safely"),
        publisher=publisher,
        description=_("What young people recommend for formal and non-formal education about the internet."),
        issued_at=about.issued_at,
        contents_title=_("Contents"),
        imprint_title=_("Imprint"),
        imprint=_imprint(content["site"], publisher, author, edition, language),
        sections=sections,
    )


def _imprint(site: str, publisher: str, author: str, edition: str, language: str) -> list[ImprintRow]:
    rows = [
        ImprintRow(_("Publisher"), publisher, f"{site}/{language}/" if site else ""),
        ImprintRow(_("Authors"), author),
        ImprintRow(pgettext("date", "Published"), edition),
        ImprintRow(_("Licence"), _("Free to use if you name the authors."), LICENCE),
    ]
    if site:
        tracker = f"{site}/{language}/youth-panel/recommendations/"
        rows.append(
            ImprintRow(_("Answers"), _("This edition does not change. The answers to it are published here:"), tracker)
        )
    return rows


def _summary(content: EditionContent, language: str) -> LayoutSection:
    figures = content["figures"]
    counted = ("members", "schools", "towns", "meetings", "consultations")
    tiles: Block = {
        "kind": "tiles",
        "rows": [
            [str(figures[name]), counted_nouns(figures[name])[name]]  # type: ignore[literal-required]
            for name in counted
        ],
    }
    head = [pgettext("recommendation", "No."), _("Recommendation"), _("Education"), _("Addressed to")]
    table = [
        [
            str(row["number"]),
            text_in_language(row["title"], language),
            _education(row),
            text_in_language(row["addressee"], language),
        ]
        for row in content["recommendations"]
    ]
    overview: Block = {"kind": "table", "head": head, "rows": table, "towns": []}
    return LayoutSection(_("Summary"), "summary", blocks=[tiles, *([overview] if table else [])])


def _figures(content: EditionContent) -> Block:
    figures = content["figures"]
    rows = [
        [pgettext("panel", "members"), str(figures["members"])],
        [pgettext("panel", "schools"), str(figures["schools"])],
        [pgettext("panel", "towns"), str(figures["towns"])],
        [pgettext("panel", "meetings"), str(figures["meetings"])],
        [pgettext("panel", "consultations"), str(figures["consultations"])],
    ]
    if figures["attendance"] is not None:
        rows.append([_("of invited members came to meetings"), per_cent(figures["attendance"])])
    day = date_format(date.fromisoformat(figures["on"]), "DATE_FORMAT")
    head = [_("The panel on %(day)s") % {"day": day}, pgettext("panel", "Number")]
    return {"kind": "table", "head": head, "rows": rows, "towns": figures["town_codes"]}


def support_text(in_favour: int, total: int, *, voted: bool) -> str:
    """Return the figures of support in words; `voted`: they are counted from votes."""
    if voted:
        words = ngettext("%(n)s of %(all)s member who voted", "%(n)s of %(all)s members who voted", total)
    else:
        words = ngettext("%(n)s of %(all)s member asked", "%(n)s of %(all)s members asked", total)
    return words % {"n": in_favour, "all": total}


def lay_out_recommendation(row: RecommendationContent, site: str, language: str) -> LayoutSection:
    """Return a recommendation: its text, the short text, and its facts."""
    facts = [
        [_("Addressed to"), text_in_language(row["addressee"], language)],
        [_("Education"), _education(row)],
    ]
    if row["support"] is not None and row["asked"] is not None:
        facts.append([_("Support"), support_text(row["support"], row["asked"], voted=row["voted"])])
    origins = [_origin(text_in_language(origin["title"], language), origin["on"]) for origin in row["origins"]]
    if row["ideas"]:
        origins.append(ngettext("%(n)s idea of members", "%(n)s ideas of members", row["ideas"]) % {"n": row["ideas"]})
    if origins:
        facts.append([_("Sources"), "; ".join(origins)])
    blocks = plain_text_blocks(text_in_language(row["text"], language))
    if child := text_in_language(row["child_text"], language):
        blocks.append({"kind": "brief", "label": _("In short"), "text": child})
    path = recommendation_path(row["slug"], language)
    live = {
        "path": path,
        "href": f"{site}{path}" if site else "",
        "title": _("The answer online"),
        "alt": _("QR code with the address of the page of this recommendation"),
    }
    return LayoutSection(
        f"{row['number']}. {text_in_language(row['title'], language)}",
        f"r-{row['slug']}",
        level=2,
        blocks=[*blocks, {"kind": "facts", "rows": facts, "live": live}],
        foreign=is_untranslated(row["text"], language),
        whole=True,
    )


def recommendation_path(slug: str, language: str) -> str:
    """Return the path of the page of a recommendation; the staff process and the workers have no public URLs."""
    return f"/{language}/youth-panel/recommendations/{slug}/"


def _quotation(quotation: QuotationContent, language: str) -> Block:
    in_serbian = is_untranslated(quotation["text"], language)
    text = text_in_language(quotation["text"], language).strip(_ANY_MARKS)
    opening, closing = _ENGLISH_MARKS if language == ENGLISH and not in_serbian else _SERBIAN_MARKS
    note = ""
    if language == ENGLISH:
        note = _("in Serbian") if in_serbian else _("translated from Serbian")
    who = to_latin(quotation["pseudonym"]) if language == ENGLISH else quotation["pseudonym"]
    return {"kind": "said", "text": f"{opening}{text}{closing}", "who": who, "note": note, "foreign": in_serbian}


def _results_note() -> list[Block]:
    note = _("Answers of fewer than five members are not published, nor figures from which they could be calculated.")
    return plain_text_blocks(note)


def _result(number: int, result: ConsultationResultContent, language: str) -> LayoutSection:
    return LayoutSection(
        text_in_language(result["title"], language),
        f"results-{number}",
        level=2,
        blocks=[_chart(question, language) for question in result["questions"]],
        listed=False,
    )


def _chart(result: QuestionResultContent, language: str) -> Block:
    title = text_in_language(result["question"], language)
    answered = ngettext("%(n)s answer", "%(n)s answers", result["answered"]) % {"n": result["answered"]}
    rows = [
        {
            "label": text_in_language(row["label"], language),
            "share": None if row["count"] is None else round(row["count"] / result["answered"], 4),
            "text": _share(row["count"], result["answered"]),
        }
        for row in result["rows"]
    ]
    figures = "; ".join(f"{row['label']}: {row['text']}" for row in rows)
    alt = _("Bar chart. %(title)s %(figures)s.") % {"title": title, "figures": figures}
    head = [_("Answer"), pgettext("panel", "Number")]
    return {"kind": "chart", "title": title, "note": answered, "head": head, "rows": rows, "alt": alt}


def _share(count: int | None, answered: int) -> str:
    if count is None:
        return _("not published")
    return f"{count} ({per_cent(round(100 * count / answered))})"


def _origin(title: str, on: str) -> str:
    return f"{title} ({date_format(date.fromisoformat(on), 'DATE_FORMAT')})" if on else title


def _education(row: RecommendationContent) -> str:
    return str(EducationKind(row["education"]).label)


def _in_latin(layout: LaidOutEdition) -> LaidOutEdition:
    names = (
        "title", "kind", "edition", "author", "brand", "publisher", "description", "contents_title", "imprint_title",
    )  # fmt: skip
    words: dict[str, Any] = {name: to_latin(getattr(layout, name)) for name in names}
    imprint = [replace(row, name=to_latin(row.name), text=to_latin(row.text)) for row in layout.imprint]
    return replace(layout, **words, imprint=imprint, sections=_sections_in_latin(layout.sections))


def _sections_in_latin(sections: Sequence[LayoutSection]) -> list[LayoutSection]:
    return [
        replace(
            section,
            title=to_latin(section.title),
            blocks=[_latin(block) for block in section.blocks],
            sections=_sections_in_latin(section.sections),
        )
        for section in sections
    ]


# Keys whose values are codes and URLs, which are not transliterated.
UNTRANSLATED_KEYS = frozenset({"kind", "path", "href", "towns", "anchor"})


def _latin(value: Any) -> Any:
    if isinstance(value, str):
        return to_latin(value)
    if isinstance(value, list):
        return [_latin(part) for part in value]
    if isinstance(value, dict):
        return {key: part if key in UNTRANSLATED_KEYS else _latin(part) for key, part in value.items()}
    return value
