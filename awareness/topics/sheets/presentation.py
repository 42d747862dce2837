"""Renders slides as an editable presentation (PPTX, Office Open XML, ISO/IEC 29500) with notes for the presenter."""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.utils.html import escape

from awareness.topics.sheets.documents import CENTRE, OFFICE_LANGUAGES, written_language
from awareness.topics.sheets.pictures import picture_alt
from clicksafely.common.documents import typst
from clicksafely.common.illustrations import picture_svg
from clicksafely.common.serbian.scripts import to_script

# The theme, master and layouts of the slides, and the master of the notes.
PARTS: Final = Path(__file__).parent / "pptx"
# In English Metric Units, 360,000 a centimetre: 16 to 9.
WIDTH, HEIGHT = 12_192_000, 6_858_000
PICTURE_RIGHT, PICTURE_WIDTH, PICTURE_BOTTOM = 11_600_000, 3_700_000, 6_300_000
PIXELS_PER_POINT: Final = 3.0
TITLE_LAYOUT, TEXT_LAYOUT, PICTURE_LAYOUT = 1, 2, 3

type Slide = Mapping[str, Any]
type Part = tuple[str, str]


def as_pptx(title: Slide, slides: Sequence[Slide], language: str) -> bytes:
    """Return the presentation in `language` (a code of LANGUAGES): the title slide, then `slides`.

    A slide has a title, items and notes in both languages (`title_sr`). It may have a picture of the static files. Its
    items may be `numbered`. The items of the title slide are its subtitle. Raises typst.TypstError.
    """
    shown = [title, *slides]
    pictures = sorted({slide["picture"] for slide in shown if "picture" in slide})
    package: dict[str, str | bytes] = {
        "[Content_Types].xml": _content_types(len(shown)),
        "_rels/.rels": _relations([("officeDocument", "ppt/presentation.xml"), (CORE, "docProps/core.xml")]),
        "docProps/core.xml": _properties(_text(title, "title", language), language),
        "ppt/presentation.xml": _presentation(len(shown)),
        "ppt/_rels/presentation.xml.rels": _relations(
            [
                ("slideMaster", "slideMasters/slideMaster1.xml"),
                ("notesMaster", "notesMasters/notesMaster1.xml"),
                ("theme", "theme/theme1.xml"),
                *[("slide", f"slides/slide{number}.xml") for number in range(1, len(shown) + 1)],
            ]
        ),
        "ppt/theme/theme1.xml": _part("theme"),
        "ppt/theme/theme2.xml": _part("theme"),
        "ppt/slideMasters/slideMaster1.xml": _part("slideMaster1"),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": _relations(
            [
                *[("slideLayout", f"../slideLayouts/slideLayout{number}.xml") for number in LAYOUTS],
                ("theme", "../theme/theme1.xml"),
            ]
        ),
        "ppt/notesMasters/notesMaster1.xml": _part("notesMaster1"),
        "ppt/notesMasters/_rels/notesMaster1.xml.rels": _relations([("theme", "../theme/theme2.xml")]),
    }
    for number in LAYOUTS:
        package[f"ppt/slideLayouts/slideLayout{number}.xml"] = _part(f"slideLayout{number}")
        package[f"ppt/slideLayouts/_rels/slideLayout{number}.xml.rels"] = _relations(
            [("slideMaster", "../slideMasters/slideMaster1.xml")]
        )
    for number, name in enumerate(pictures, 1):
        package[f"ppt/media/image{number}.png"] = _png(name)
    for number, slide in enumerate(shown, 1):
        package |= _slide(slide, number, language, pictures)
    return _zipped(package)


# A presentation is made in three languages with the same pictures.
@lru_cache(maxsize=16)
def _png(name: str) -> bytes:
    return typst.compile_png(picture_svg(name), pixels_per_point=PIXELS_PER_POINT)


def _zipped(package: Mapping[str, str | bytes]) -> bytes:
    """Return the package without the time of its creation, so that the same slides give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in package.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _slide(slide: Slide, number: int, language: str, pictures: Sequence[str]) -> Iterator[Part]:
    is_title, picture = number == 1, slide.get("picture")
    layout = TITLE_LAYOUT if is_title else PICTURE_LAYOUT if picture else TEXT_LAYOUT
    relations = [
        ("slideLayout", f"../slideLayouts/slideLayout{layout}.xml"),
        ("notesSlide", f"../notesSlides/notesSlide{number}.xml"),
    ]
    shapes = [
        _shape(2, 'type="ctrTitle"' if is_title else 'type="title"', [_text(slide, "title", language)], language),
        _shape(
            3,
            'type="subTitle" idx="1"' if is_title else 'idx="1"',
            _items(slide, language),
            language,
            bullet="" if is_title else _bullet(slide),
        ),
    ]
    if picture:
        relations.append(("image", f"../media/image{pictures.index(picture) + 1}.png"))
        shapes.append(_picture(picture, language))
    yield f"ppt/slides/slide{number}.xml", _page("sld", shapes)
    yield f"ppt/slides/_rels/slide{number}.xml.rels", _relations(relations)
    notes = _shape(3, 'type="body" sz="quarter" idx="3"', [_text(slide, "notes", language)], language)
    yield f"ppt/notesSlides/notesSlide{number}.xml", _page("notes", [_SLIDE_IMAGE, notes])
    yield (
        f"ppt/notesSlides/_rels/notesSlide{number}.xml.rels",
        _relations([("notesMaster", "../notesMasters/notesMaster1.xml"), ("slide", f"../slides/slide{number}.xml")]),
    )


def _text(slide: Slide, name: str, language: str) -> str:
    return to_script(slide[f"{name}_{written_language(language)}"], language)


def _items(slide: Slide, language: str) -> list[str]:
    return [to_script(item, language) for item in slide[f"items_{written_language(language)}"]]


def _bullet(slide: Slide) -> str:
    """Return the bullets of the paragraphs; a sentence alone has none."""
    if slide.get("numbered"):
        return '<a:pPr marL="514350" indent="-514350"><a:buFont typeface="+mj-lt"/><a:buAutoNum type="arabicPeriod"/></a:pPr>'
    return '<a:pPr marL="0" indent="0"><a:buNone/></a:pPr>' if len(slide["items_sr"]) == 1 else ""


def _shape(number: int, placeholder: str, texts: Sequence[str], language: str, *, bullet: str = "") -> str:
    paragraphs = "".join(
        f'<a:p>{bullet}<a:r><a:rPr lang="{OFFICE_LANGUAGES[language]}"/><a:t>{escape(text)}</a:t></a:r></a:p>'
        for text in texts
    )
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{"Title" if number == 2 else "Text"}"/>'
        f'<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph {placeholder}/></p:nvPr></p:nvSpPr><p:spPr/>'
        f"<p:txBody><a:bodyPr/><a:lstStyle/>{paragraphs}</p:txBody></p:sp>"
    )


def _picture(name: str, language: str) -> str:
    wide, tall = _ratio(name)
    height = round(PICTURE_WIDTH * tall / wide)
    return (
        f'<p:pic><p:nvPicPr><p:cNvPr id="4" name="Picture" descr="{escape(picture_alt(name, language))}"/>'
        '<p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr/></p:nvPicPr>'
        '<p:blipFill><a:blip r:embed="rId3"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>'
        f'<p:spPr><a:xfrm><a:off x="{PICTURE_RIGHT - PICTURE_WIDTH}" y="{PICTURE_BOTTOM - height}"/>'
        f'<a:ext cx="{PICTURE_WIDTH}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
    )


def _ratio(name: str) -> tuple[float, float]:
    """Width and height of a drawing, from its viewBox."""
    _left, _top, width, height = picture_svg(name).partition('viewBox="')[2].partition('"')[0].split()
    return float(width), float(height)


def _page(kind: str, shapes: Sequence[str]) -> str:
    return (
        f"{_HEAD}<p:{kind} {_NAMESPACES}><p:cSld><p:spTree>{_GROUP}{''.join(shapes)}</p:spTree></p:cSld>"
        f"<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:{kind}>"
    )


def _relations(targets: Sequence[Part]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{kind if "/" in kind else f"{_RELATIONS}/{kind}"}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _presentation(slides: int) -> str:
    rows = "".join(f'<p:sldId id="{256 + number}" r:id="rId{4 + number}"/>' for number in range(slides))
    return (
        f'{_HEAD}<p:presentation {_NAMESPACES} saveSubsetFonts="1">'
        '<p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>'
        '<p:notesMasterIdLst><p:notesMasterId r:id="rId2"/></p:notesMasterIdLst>'
        f'<p:sldIdLst>{rows}</p:sldIdLst><p:sldSz cx="{WIDTH}" cy="{HEIGHT}"/><p:notesSz cx="6858000" cy="9144000"/>'
        "</p:presentation>"
    )


def _properties(title: str, language: str) -> str:
    centre = to_script(CENTRE[written_language(language)], language)
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(centre)}</dc:creator>"
        f"<dc:language>{OFFICE_LANGUAGES[language]}</dc:language></cp:coreProperties>"
    )


def _content_types(slides: int) -> str:
    kinds = {
        "presentation": "presentation.main",
        "slideMasters/slideMaster1": "slideMaster",
        "notesMasters/notesMaster1": "notesMaster",
        **{f"slideLayouts/slideLayout{number}": "slideLayout" for number in LAYOUTS},
        **{f"slides/slide{number}": "slide" for number in range(1, slides + 1)},
        **{f"notesSlides/notesSlide{number}": "notesSlide" for number in range(1, slides + 1)},
    }
    rows = "".join(
        f'<Override PartName="/ppt/{name}.xml" ContentType="{_OFFICE}.presentationml.{kind}+xml"/>'
        for name, kind in kinds.items()
    )
    themes = "".join(
        f'<Override PartName="/ppt/theme/theme{number}.xml" ContentType="{_OFFICE}.theme+xml"/>' for number in (1, 2)
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="png" ContentType="image/png"/>'
        f'<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f"{rows}{themes}</Types>"
    )


def _part(name: str) -> str:
    return (PARTS / f"{name}.xml").read_text(encoding="utf-8")


LAYOUTS: Final = (TITLE_LAYOUT, TEXT_LAYOUT, PICTURE_LAYOUT)
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
CORE: Final = f"{_PACKAGE}/relationships/metadata/core-properties"
_NAMESPACES: Final = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    f'xmlns:r="{_RELATIONS}" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
_GROUP: Final = (
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
)
_SLIDE_IMAGE: Final = (
    '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Slide"/><p:cNvSpPr><a:spLocks noGrp="1" noRot="1" noChangeAspect="1"/></p:cNvSpPr>'
    '<p:nvPr><p:ph type="sldImg" idx="2"/></p:nvPr></p:nvSpPr><p:spPr/></p:sp>'
)
