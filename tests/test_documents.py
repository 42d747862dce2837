"""Documents: form of decision records, links, commands, settings, and the map of the README."""

import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

import pytest
import yaml
from django.core.management import get_commands, load_command_class

from tests.cases import failed_cases

BASE_DIR: Final = Path(__file__).resolve().parent.parent
RECORDS: Final = sorted((BASE_DIR / "docs" / "adr").glob("0*.md"))
DOCUMENTS: Final = sorted({*BASE_DIR.glob("*.md"), *(BASE_DIR / "docs").rglob("*.md")})
APPS: Final = ("clicksafely", "hotline", "awareness", "youthpanel")
NOT_PACKAGES: Final = {"management", "migrations", "templatetags"}
TARGETS: Final = set(re.findall(r"^([a-z][a-z-]*):", (BASE_DIR / "Makefile").read_text(), re.MULTILINE))
SERVICES: Final = set(yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())["services"])
CONFIGURE: Final = BASE_DIR / "docs" / "operations" / "configure.md"
LABELLED: Final = (*sorted(CONFIGURE.parent.glob("*.md")), BASE_DIR / "docs" / "privacy.md")
MAX_WORDS: Final = 300
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
# Files of an installation: their names look like dotted names.
FILE_SUFFIXES: Final = (".cf", ".conf", ".env", ".json", ".pem", ".yml")
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


def test_a_decision_record_is_short_and_in_three_parts() -> None:
    def check(path: Path) -> None:
        lines = path.read_text().splitlines()
        assert lines[0].startswith(f"# {int(path.name[:4])}. ")
        assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"]
        assert len(path.read_text().split()) <= MAX_WORDS

    assert failed_cases(check, RECORDS) == {}


def is_defined(name: str) -> bool:
    """Return whether the code has the module `a/b.py`, or defines or contains the dotted name `a.b`."""
    if name.endswith(".py"):
        return any(f"/{file}".endswith(f"/{name}") for file in SOURCES)
    path, _, last = name.rpartition(".")
    place = re.compile(rf"/{path.replace('.', '/')}(\.py$|/)")
    definition = re.compile(rf"^(?:def |class )?{last}\b", re.MULTILINE)
    return any(
        name in text or (place.search(f"/{file}") and definition.search(text))
        for file, text in SOURCES.items()
        if not file.startswith("tests/")
    )


@cache
def words_of_code() -> frozenset[str]:
    """Return the words of all tracked files that are no documents."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=BASE_DIR, capture_output=True, text=True, check=True)
    files = [
        name for name in tracked.stdout.split("\0") if name and not name.endswith((".md", ".po", ".woff2", ".png"))
    ]
    texts = [(BASE_DIR / name).read_text(errors="replace") for name in files if name != "tests/test_documents.py"]
    return frozenset(word for text in texts for word in re.findall(r"\w+", text))


def missing_names(text: str) -> list[str]:
    """Return the modules, dotted names (`audit_log.record`), settings and functions of a document that the code does not have."""
    dotted = re.findall(r"`([\w./]+\.py|[a-z_]+(?:\.\w+)+)`", text)
    plain = re.findall(r"`([A-Z][A-Z0-9_]{3,}|[a-z]+_[a-z_]+)(?:\(\))?`", text)
    missing = [name for name in dotted if not name.endswith(FILE_SUFFIXES) and not is_defined(name)]
    # A setting may be in a file that `..._FILE` names; metrics have a prefix.
    words = {name: name.removesuffix("_FILE").removeprefix("clicksafely_") for name in plain}
    missing += [name for name, word in words.items() if not {name, word} & words_of_code()]
    return [name for name in missing if name not in NAMES_OF_OTHERS]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_documents_refer_to_existing_names(path: Path) -> None:
    assert missing_names(path.read_text()) == []


def test_a_removed_name_is_found() -> None:
    text = (
        "`audit_log.record`, `audit_log.recrod`, `disclosure_control.py`, `disclosure.py`, `audit.head`, `web.env`, `SITE_URL`, "
        "`SITE_" + "LINK`, `DATABASE_URL_FILE`, `triage_report()`, `triage_" + "letter`"
    )
    assert missing_names(text) == ["audit_log.recrod", "disclosure.py", "SITE_" + "LINK", "triage_" + "letter"]


def test_numbers_of_decision_records_are_unique_and_all_are_in_the_index() -> None:
    assert len({path.name[:4] for path in RECORDS}) == len(RECORDS)
    listed = re.findall(
        r"^\| \[([^\]]+)\]\((0[^)]+)\)", (BASE_DIR / "docs" / "adr" / "README.md").read_text(), re.MULTILINE
    )
    assert listed == [(path.read_text().splitlines()[0].removeprefix("# "), path.name) for path in RECORDS]


def test_every_decision_record_that_is_referred_to_exists() -> None:
    numbers = {int(path.name[:4]) for path in RECORDS}
    wrong = {}
    for folder in (
        "clicksafely",
        "hotline",
        "awareness",
        "youthpanel",
        "bench",
        "tests",
        "docs",
        "static/css",
        "static/js",
    ):
        for path in (BASE_DIR / folder).rglob("*"):
            if path.suffix in {".py", ".md", ".css", ".js"}:
                found = {int(n) for n in re.findall(r"\bADR (\d+)|\badr/(\d{4})", path.read_text()) for n in n if n}
                if found - numbers:
                    wrong[str(path.relative_to(BASE_DIR))] = found - numbers
    assert wrong == {}


def test_no_link_is_broken() -> None:
    assert {str(path.relative_to(BASE_DIR)): links for path in DOCUMENTS if (links := broken_links(path))} == {}


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A b\n\n[here](#a-b) [no](#c) [none](none.md) [out](https://example.org/) `docs/none.md` `docs/terms.md`\n"
    )
    assert broken_links(page) == ["#c", "none.md", "docs/none.md"]


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


def test_a_wrong_command_is_found() -> None:
    text = (
        "    make run\n`make test`\n`make jam` `bin/setup` `bin/sandwich` /usr/bin/env `manage.py doctor --json` `manage.py doctor --xml`\n"
        "docker compose run --rm --no-deps\n  -e A=b staff python manage.py restore\n`docker compose exec stuff sh`"
    )
    assert wrong_commands(text) == ["jam", "bin/sandwich", "stuff", "doctor --xml"]


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


def test_an_unknown_label_is_found() -> None:
    assert unknown_labels("*My\nwork*, **Bold**, `*Code*` and *My jam*") == ["My jam"]


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
