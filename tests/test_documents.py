"""Documents: links, commands, labels of the interface, settings, and the map of the README."""

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest
import yaml
from django.core.management import get_commands, load_command_class

BASE_DIR: Final = Path(__file__).resolve().parent.parent
DOCUMENTS: Final = sorted({*BASE_DIR.glob("*.md"), *(BASE_DIR / "docs").rglob("*.md")})
APPS: Final = ("clicksafely", "hotline", "awareness", "youthpanel")
NOT_PACKAGES: Final = {"management", "migrations", "templatetags"}
TARGETS: Final = set(re.findall(r"^([a-z][a-z-]*):", (BASE_DIR / "Makefile").read_text(), re.MULTILINE))
SERVICES: Final = set(yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())["services"])
CONFIGURE: Final = BASE_DIR / "docs" / "operations" / "configure.md"
LABELLED: Final = (*sorted(CONFIGURE.parent.glob("*.md")), BASE_DIR / "docs" / "privacy.md")
SOURCES: Final = {
    str(path.relative_to(BASE_DIR)): path.read_text()
    for folder in (*APPS, "bin", "tests")
    for path in (BASE_DIR / folder).rglob("*.py")
    if "/migrations/" not in str(path)
}
# Of Django, browsers, PostgreSQL, PgBouncer and Postfix, and a pattern of templates.
NAMES_OF_OTHERS: Final = {
    "AWS_CA_BUNDLE",
    "Users",
    "contrib.syndication",
    "duties.app.codename",
    "ignore_startup_parameters",
    "location.replace",
    "message_size_limit",
    "milter_headers",
    "site.url",
    "track_commit_timestamp",
}
# Folders that exist in an installation only.
INSTALLED: Final = ("deploy/secrets/", "deploy/mmdb")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_SERVICE = re.compile(r"docker compose (?:run|exec|logs)(?:\s+(?:--rm|--no-deps|-[ev]\s+\S+))*\s+(\w+)")
_LABEL = re.compile(r"(?<![*\w`/])\*([A-Z][^*`]+)\*(?![*\w])")
_PATH = re.compile(
    r"`((?:docs|tests|bin|bench|deploy|static|templates|clicksafely|hotline|awareness|youthpanel)/[\w./@-]+)`"
)

pytestmark = pytest.mark.texts


def anchors(path: Path) -> set[str]:
    """Return the anchors of the headings of a document, as GitHub makes them."""
    headings = [line.lstrip("# ") for line in path.read_text().splitlines() if re.match(r"#+ ", line)]
    return {"".join(c for c in one.lower().replace(" ", "-") if c.isalnum() or c in "-_") for one in headings}


def broken_links(path: Path) -> list[str]:
    """Return the links of a document that lead to no file or heading of the repository, and its paths of missing files."""
    text = path.read_text()
    found = []
    for link in _LINK.findall(text):
        if not re.match(r"[a-z]+:", link):
            file, _, anchor = link.partition("#")
            target = (path.parent / file).resolve() if file else path
            if not target.exists() or (anchor and anchor not in anchors(target)):
                found.append(link)
    paths = [name for name in _PATH.findall(text) if not name.startswith(INSTALLED)]
    return found + [name for name in paths if not (BASE_DIR / name.rstrip("/.")).exists()]


def test_no_link_is_broken() -> None:
    assert {str(path.relative_to(BASE_DIR)): links for path in DOCUMENTS if (links := broken_links(path))} == {}


def test_the_map_of_the_readme_is_the_tree() -> None:
    block = (BASE_DIR / "README.md").read_text().partition("## Map")[2].partition("```text\n")[2].partition("```")[0]
    parts = re.split(r"^(\w+)/ ", block, flags=re.MULTILINE)[1:]
    named = dict(zip(parts[::2], parts[1::2], strict=True))
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=BASE_DIR, capture_output=True, text=True, check=True)
    folders = {name.split("/")[0] for name in tracked.stdout.split("\0") if "/" in name and not name.startswith(".")}
    assert set(named) == folders
    for app in APPS:
        packages = {path.parent.name for path in (BASE_DIR / app).glob("*/__init__.py")} - NOT_PACKAGES
        listed = named[app].split("\n", 1)[1].split()
        assert sorted(listed) == sorted(packages), app


def wrong_commands(text: str) -> list[str]:
    """Return the named targets, scripts, services of containers, commands and options that do not exist."""
    wrong = [name for name in re.findall(r"(?:`|^ *)make ([a-z][a-z-]*)", text, re.MULTILINE) if name not in TARGETS]
    wrong += [name for name in re.findall(r"(?<![\w./])bin/[\w.-]*\w", text) if not (BASE_DIR / name).is_file()]
    wrong += [name for name in _SERVICE.findall(text) if name not in SERVICES]
    for name, rest in re.findall(r"manage\.py ([a-z_]+)([^`\n#]*)", text):
        if name not in get_commands():
            wrong.append(name)
            continue
        known_options = (
            load_command_class(str(get_commands()[name]), name).create_parser("manage.py", name)._option_string_actions
        )
        wrong += [
            f"{name} {option}"
            for option in re.findall(r"(?<=\s)--[a-z][a-z-]*", rest.split(" manage.py ")[0])
            if option not in known_options
        ]
    return wrong


def test_commands_exist_with_their_options() -> None:
    assert {
        str(path.relative_to(BASE_DIR)): wrong for path in DOCUMENTS if (wrong := wrong_commands(path.read_text()))
    } == {}


def unknown_labels(text: str) -> list[str]:
    """Return the labels of the staff site (`*My work*`) that are no text of the interface."""
    texts = [(BASE_DIR / "locale" / "sr" / "LC_MESSAGES" / "django.po").read_text()]
    texts += [source for file, source in SOURCES.items() if not file.startswith("tests/")]
    quoted = {found.lower() for found in re.findall(r'"([^"\n]+)"', "\n".join(texts))}
    labels = [" ".join(label.split()) for label in _LABEL.findall(text)]
    return [label for label in labels if label.lower() not in quoted and label not in NAMES_OF_OTHERS]


@pytest.mark.parametrize("path", LABELLED, ids=lambda path: path.stem)
def test_a_label_of_the_interface_exists(path: Path) -> None:
    assert unknown_labels(path.read_text()) == []


def test_every_setting_is_in_the_tables_and_nothing_else() -> None:
    rows = [line.split(" | ")[0] for line in CONFIGURE.read_text().splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", row)]
    read = set(
        re.findall(
            r"""\benv(?:\.\w+)?\(\s*"([A-Z][A-Z0-9_]+)\"""", (BASE_DIR / "clicksafely" / "settings.py").read_text()
        )
    )
    of_processes = set(re.findall(r"\$\{([A-Z_]+):", (BASE_DIR / "Procfile").read_text()))
    assert len(named) == len(set(named))
    assert set(named) == read | of_processes
