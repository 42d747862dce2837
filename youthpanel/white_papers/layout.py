"""Layout of an edition: one sequence of parts for the page, PDF and DOCX, in one language and script."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from clicksafely.common.i18n.language import LANGUAGES, SERBIAN
from clicksafely.common.serbian.scripts import LATIN_LANGUAGE, to_latin
from youthpanel.models import EducationKind
from youthpanel.white_papers.content import (
    BilingualText,
    EditionContent,
    RecommendationContent,
    is_untranslated,
    text_in_language,
)
from youthpanel.white_papers.rich_text_tree import Block, blocks_of, plain_text_blocks, text_run


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

    Besides the blocks of rich text there are `{"kind": "table", "head": [str], "rows": [[str]]}`, `{"kind": "facts",
    "rows": [[name, value]]}`, `{"kind": "map", "towns": [code], "alt": str}` and `{"kind": "said", "text": str, "who":
    str}`.
    """

    title: str
    anchor: str
    level: int = 1
    blocks: list[Block] = field(default_factory=list)
    sections: list["LayoutSection"] = field(default_factory=list)
    foreign: bool = False


@dataclass
class LaidOutEdition:
    """A whole edition in `language` (a code of LANGUAGES): `tag` is its BCP 47 tag, `under` the subtitle."""

    language: str
    tag: str
    title: str
    under: str
    author: str
    description: str
    issued_at: datetime
    contents_title: str
    sections: list[LayoutSection]


def lay_out(content: EditionContent, about: EditionInfo, language: str) -> LaidOutEdition:
    """Lay out the edition in `language`. `sr-latn` is transliterated. Missing English is replaced by Serbian in Cyrillic."""
    # Latin is derived from the Serbian catalogue, because Django's own Latin catalogue partly uses other words.
    with translation.override(SERBIAN if language == LATIN_LANGUAGE else language):
        laid = _laid(content, about, language)
    return _in_latin(laid) if language == LATIN_LANGUAGE else laid


def _laid(content: EditionContent, about: EditionInfo, language: str) -> LaidOutEdition:
    def rich(title: str, anchor: str, text: BilingualText, **more: Any) -> LayoutSection:
        return LayoutSection(
            title,
            anchor,
            blocks=blocks_of(text_in_language(text, language)),
            foreign=is_untranslated(text, language),
            **more,
        )

    sections = []
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
    method.blocks += _figures(content)
    sections.append(method)
    sections += [
        rich(text_in_language(chapter["title"], language), f"chapter-{number}", chapter["text"])
        for number, chapter in enumerate(content["chapters"], 1)
    ]
    sections.append(_recommendations(content["recommendations"], language))
    if content["quotations"]:
        quoted: list[Block] = [
            {"kind": "said", "text": text_in_language(quotation["text"], language), "who": quotation["pseudonym"]}
            for quotation in content["quotations"]
        ]
        sections.append(LayoutSection(_("In their own words"), "quotations", blocks=quoted))
    sections += [
        rich(f"{_('Annex')} {number}. {text_in_language(annex['title'], language)}", f"annex-{number}", annex["text"])
        for number, annex in enumerate(content["annexes"], 1)
    ]
    edition = _("Edition %(n)s") % {"n": about.number} if about.number else _("Preview, not issued")
    day = date_format(timezone.localdate(about.issued_at), "DATE_FORMAT")
    return LaidOutEdition(
        language=language,
        tag=LANGUAGES[language].tag,
        title=text_in_language(content["title"], language),
        under=f"{_('White Paper of the youth panel')} · {edition} · {day}",
        author=_("Youth panel of Click Safely"),
        description=_("What young people recommend for formal and non-formal education about the internet."),
        issued_at=about.issued_at,
        contents_title=_("Contents"),
        sections=sections,
    )


def _figures(content: EditionContent) -> list[Block]:
    figures = content["figures"]
    rows = [
        [pgettext("panel", "members"), str(figures["members"])],
        [pgettext("panel", "schools"), str(figures["schools"])],
        [pgettext("panel", "towns"), str(figures["towns"])],
        [pgettext("panel", "meetings"), str(figures["meetings"])],
        [pgettext("panel", "consultations"), str(figures["consultations"])],
    ]
    if figures["attendance"] is not None:
        rows.append([_("of those invited to a meeting came"), f"{figures['attendance']}%"])
    day = date_format(date.fromisoformat(figures["on"]), "DATE_FORMAT")
    head = [_("The panel on %(day)s") % {"day": day}, pgettext("panel", "Number")]
    blocks: list[Block] = [{"kind": "table", "head": head, "rows": rows}]
    if figures["town_codes"]:
        blocks.append({"kind": "map", "towns": figures["town_codes"]})
    return blocks


def _recommendations(rows: list[RecommendationContent], language: str) -> LayoutSection:
    head = [pgettext("recommendation", "No."), _("Recommendation"), _("Education"), _("Addressed to")]
    table = [
        [
            str(row["number"]),
            text_in_language(row["title"], language),
            _education(row),
            text_in_language(row["addressee"], language),
        ]
        for row in rows
    ]
    overview: list[Block] = [{"kind": "table", "head": head, "rows": table}] if rows else []
    return LayoutSection(
        _("Recommendations"),
        "recommendations",
        blocks=overview,
        sections=[_recommendation(row, language) for row in rows],
    )


def _recommendation(row: RecommendationContent, language: str) -> LayoutSection:
    facts = [
        [_("Addressed to"), text_in_language(row["addressee"], language)],
        [_("Education"), _education(row)],
    ]
    if row["support"] is not None and row["asked"] is not None:
        facts.append(
            [_("Support"), _("%(n)s of %(all)s members who were asked") % {"n": row["support"], "all": row["asked"]}]
        )
    origins = [_origin(text_in_language(origin["title"], language), origin["on"]) for origin in row["origins"]]
    if row["ideas"]:
        origins.append(ngettext("%(n)s idea of members", "%(n)s ideas of members", row["ideas"]) % {"n": row["ideas"]})
    if origins:
        facts.append([_("Comes from"), "; ".join(origins)])
    blocks = plain_text_blocks(text_in_language(row["text"], language))
    if child := text_in_language(row["child_text"], language):
        blocks.append({"kind": "p", "runs": [text_run(f"{_('In short')}: ", strong=True), text_run(child)]})
    return LayoutSection(
        f"{row['number']}. {text_in_language(row['title'], language)}",
        f"r-{row['slug']}",
        level=2,
        blocks=[*blocks, {"kind": "facts", "rows": facts}],
        foreign=is_untranslated(row["text"], language),
    )


def _origin(title: str, on: str) -> str:
    return f"{title} ({date_format(date.fromisoformat(on), 'DATE_FORMAT')})" if on else title


def _education(row: RecommendationContent) -> str:
    return str(EducationKind(row["education"]).label)


def _in_latin(laid: LaidOutEdition) -> LaidOutEdition:
    for name in ("title", "under", "author", "description", "contents_title"):
        setattr(laid, name, to_latin(getattr(laid, name)))
    laid.sections = [_section_in_latin(section) for section in laid.sections]
    return laid


def _section_in_latin(section: LayoutSection) -> LayoutSection:
    return LayoutSection(
        to_latin(section.title),
        section.anchor,
        section.level,
        [_latin(block) for block in section.blocks],
        [_section_in_latin(below) for below in section.sections],
        section.foreign,
    )


# Keys whose values are codes and URLs, which are not transliterated.
UNTRANSLATED_KEYS = frozenset({"kind", "href", "towns", "anchor"})


def _latin(value: Any) -> Any:
    if isinstance(value, str):
        return to_latin(value)
    if isinstance(value, list):
        return [_latin(part) for part in value]
    if isinstance(value, dict):
        return {key: part if key in UNTRANSLATED_KEYS else _latin(part) for key, part in value.items()}
    return value
