"""Style sheets: every rule in a layer, every colour a token, and few lengths besides the scales of the staff site."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR, "static", "css")
SHEETS = {str(path.relative_to(CSS)): path for path in sorted(CSS.rglob("*.css"))}
TOKENS = {"tokens.css", "staff/tokens.css"}
LAYERS = {"tokens", "staff.base", "staff.components", "staff.pages"}
# Sizes of columns, controls and drawings. A new one needs a reason: spacing, type and corners have scales.
MAX_LENGTHS = 75

_DECLARATION = re.compile(r"(?<![\w-])([\w-]+)\s*:\s*([^;{}]+);")
_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|hwb|lab|lch|oklab|oklch|color)\(", re.IGNORECASE)
_LENGTH = re.compile(r"(?<![\w.#-])-?\d*\.?\d+(?:rem|em|px|ch|vw|vh|mm|pt)\b")
# Classes of a template that no sheet and no script names: hooks of browser tests.
HOOKS = {"issued", "open-notes", "quiz-card", "referrals", "tell-box", "tell-button"}
_FROM_LIBRARIES = "/* Widgets of libraries, whose own styles are in no layer. */"

pytestmark = pytest.mark.texts


_TAG = r"\{%.*?%\}|\{\{.*?\}\}"
_ATTRIBUTE = re.compile(rf"""(?<![\w-])class="((?:{_TAG}|[^"{{]|\{{)*)\"""")


# A class that no template, script or Python code writes in full is the end of one that begins in them, as
# `feedback-{{ feedback.verdict }}` does.
_BEGUN = r"(?:\{\{|\{%|\{|\$\{|[\"'`] ?[+~|])"


def rules(name: str) -> str:
    """Return a sheet without comments."""
    return re.sub(r"/\*.*?\*/", "", SHEETS[name].read_text(), flags=re.DOTALL)


def declarations(name: str) -> list[tuple[str, str]]:
    """Return (property, value) of every declaration except custom properties, which are tokens."""
    return [(name_, value) for name_, value in _DECLARATION.findall(rules(name)) if not name_.startswith("--")]


def top_level(text: str) -> list[str]:
    """Return what begins each block at the top level of a sheet: selectors and at-rules."""
    found, depth, start = [], 0, 0
    for place, sign in enumerate(text):
        if sign == "{":
            if depth == 0:
                found.append(text[start:place].rpartition(";")[2].strip())
            depth += 1
        elif sign == "}":
            depth -= 1
            start = place + 1
    return found


def test_colours_are_tokens() -> None:
    loose = {
        name: values
        for name in SHEETS
        if name not in TOKENS and (values := [value for _name, value in declarations(name) if _COLOUR.search(value)])
    }
    assert loose == {}


def test_the_staff_site_has_few_lengths() -> None:
    used = {
        length
        for name in SHEETS
        if name.startswith("staff/") and name not in TOKENS
        for _name, value in declarations(name)
        for length in _LENGTH.findall(value)
    }
    assert len(used) <= MAX_LENGTHS, sorted(used)


def test_spacing_type_and_corners_come_from_the_scales() -> None:
    scaled = re.compile(r"margin|padding|gap|font-size|border-radius")
    loose = {
        f"{name}: {property_}: {value}"
        for name in SHEETS
        if name.startswith("staff/") and name not in TOKENS
        for property_, value in declarations(name)
        if scaled.match(property_) and re.search(r"(?<![\w.-])0?\.\d+rem|(?<![\w.-])1(?:\.\d+)?rem", value)
    }
    assert loose == set()


def test_every_staff_rule_is_in_a_layer() -> None:
    """Django's styles are in the lowest layer; a rule in no layer would win over every other."""
    for name in SHEETS:
        if name.startswith("staff/"):
            text = SHEETS[name].read_text().partition(_FROM_LIBRARIES)[0]
            outside = top_level(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))
            assert all(re.fullmatch(rf"@layer (?:{'|'.join(LAYERS)})", each) for each in outside), (name, outside)
    order = re.search(r"@layer ([\w., ]+);", rules("staff/django.css"))
    assert order
    names = order[1].split(", ")
    assert names[0] == "django"
    assert names[-3:] == ["staff.base", "staff.components", "staff.pages"]
    imports = re.findall(r"@import [^;]+;", rules("staff/django.css"))
    assert imports
    assert all(each.endswith(" layer(django);") for each in imports)


def library_folders() -> list[Path]:
    """Return the packages whose pages we style."""
    names = ("django", "crispy_forms", "crispy_bootstrap5", "django_prose_editor", "django_otp_webauthn")
    return [Path(str(find_spec(name).origin)).parent for name in names]  # type: ignore[union-attr]


def classes_of(template: str) -> set[str]:
    """Return the classes that a template writes in full."""
    computed = r"[\w-]+-\{% if.*?endif %\}|[\w-]*\{\{.*?\}\}[\w-]*|\{%.*?%\}"
    return {name for value in _ATTRIBUTE.findall(template) for name in re.sub(computed, " ", value).split()}


def test_every_class_of_a_template_has_a_rule_or_a_script() -> None:
    base = Path(settings.BASE_DIR)
    folders = [base / "static", *library_folders()]
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in {".css", ".js"}]
    patterns = {".css": r"\.(-?[a-zA-Z_][\w-]*)", ".js": r"[\w-]+"}
    used = {name for path in files for name in re.findall(patterns[path.suffix], path.read_text(errors="replace"))}
    unused = {
        str(path.relative_to(base)): names
        for path in sorted((base / "templates").rglob("*.html"))
        if "emails" not in path.parts and (names := classes_of(path.read_text()) - used - HOOKS)
    }
    assert unused == {}


def test_a_class_of_a_template_is_read() -> None:
    html = (
        '<p class="a{% if b == "c" %} d{% endif %} e-{{ f|default:"g" }} h j-{% if k %}l{% else %}m{% endif %}"></p>'
        '<p class=""></p><p data-class="i">'
    )
    assert classes_of(html) == {"a", "d", "h"}


def test_every_custom_property_is_defined() -> None:
    texts = [rules(name) for name in SHEETS]
    defined = {name for text in texts for name in re.findall(r"(--[\w-]+)\s*:", text)}
    used = {name for text in texts for name in re.findall(r"var\((--[\w-]+)\)", text)}
    assert used - defined == set()


def test_every_class_occurs_in_a_page() -> None:
    """In our templates, scripts and code, or in those of the libraries whose pages we style."""
    base = Path(settings.BASE_DIR)
    folders = [base / name for name in ("templates", "static/js", "clicksafely", "awareness", "hotline", "youthpanel")]
    folders += library_folders()
    texts = [
        path.read_text(errors="replace")
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in {".html", ".js", ".py", ".css"} and "/locale/" not in str(path)
    ]
    words = {word for text in texts for word in re.findall(r"[\w-]+", text)}
    begun = {begin for text in texts for begin in re.findall(rf"([\w-]+-){_BEGUN}", text)}
    lost = {
        name
        for sheet in SHEETS
        for name in re.findall(r"\.(-?[a-zA-Z_][\w-]*)", re.sub(r"url\([^)]*\)", "", rules(sheet)))
        if name not in words and not any(name.startswith(begin) for begin in begun)
    }
    assert sorted(lost) == []
