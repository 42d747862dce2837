"""Content files of help lines and removal services that are damaged."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from awareness.topics import content, selectors
from clicksafely.common.checks import run_rules

DAMAGES = {
    "unknown key": ("  free: true", "  fre: true", "4: unknown key 'fre'"),
    "syntax": ("  phone: '192'", "  phone: '192", "5: "),
    "empty number": ("  phone: '192'", "  phone: ''", "3: "),
}
# Content files, and the checks that name their faulty lines.
FILES = {
    "help_lines.yaml": "topics.E101",
    "removal_services.yaml": "topics.E101",
    "built_in.yaml": "topics.E101",
    "seats.yaml": "clicksafely.E016",
    "pseudonyms.yaml": "youthpanel.E101",
    "consent_form.yaml": "youthpanel.E101",
    "templates.yaml": "youthpanel.E101",
}
LINES = """\
- slug: police
  title_sr: Полиција
  phone: '192'
  free: true
"""


@pytest.fixture(params=DAMAGES)
def damaged_file(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Damage the file of help lines; return the beginning of a problem in it, with its line."""
    before, after, problem = DAMAGES[request.param]
    assert before in LINES
    path = tmp_path / "help_lines.yaml"
    path.write_text(LINES.replace(before, after))
    schema = content.HELP_LINES.with_name("help_lines.schema.yaml").read_text()
    (tmp_path / "help_lines.schema.yaml").write_text(schema)
    monkeypatch.setattr(content, "HELP_LINES", path)
    return f"{path}:{problem}"


def test_a_damaged_file_is_an_error_of_the_check_with_its_line(damaged_file: str) -> None:
    found = run_rules(content.RULES)
    assert {error.id for error in found} == {"topics.E101"}
    assert any(str(error.msg).startswith(damaged_file) for error in found), [error.msg for error in found]


def test_without_database_and_file_the_built_in_lines_are_shown(
    damaged_file: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "awareness.topics.selectors"):
        lines = selectors.cached_help_lines.without_database()
    assert [line.phone for line in lines] == ["192", "116111", "194"]
    assert any(damaged_file in message for message in caplog.messages)


def test_built_in_rows_are_those_of_the_files() -> None:
    lines = {row["slug"]: row for row in content.help_lines()}
    services = {row["slug"]: row for row in content.removal_services()}
    for kind, rows in (("help_lines", lines), ("removal_services", services)):
        for row in content.built_in_rows(kind):
            assert row.items() <= rows[row["slug"]].items()


def test_a_damaged_file_of_built_in_rows_fails_nothing(
    damaged_file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "built_in.yaml"
    path.write_text("help_lines: [\n")
    monkeypatch.setattr(content, "BUILT_IN", path)
    assert selectors.cached_help_lines.without_database() == []
    assert caplog.messages[0].startswith("The content file is damaged, built-in rows are shown: ")
    assert caplog.messages[-1].startswith(f"The content file is damaged, no rows are shown: {path}:")
    assert any(str(error.msg).startswith(f"{path}:2: ") for error in run_rules(content.RULES))


def test_a_process_starts_with_a_damaged_file_and_the_check_names_it(tmp_path: Path) -> None:
    """Files are replaced in a child process by a folder of damaged ones."""
    for name in FILES:
        (tmp_path / name).write_text("- slug: [\n")
    code = (
        "import sys, django; from pathlib import Path; from clicksafely.common.content import files\n"
        "read = files.read_document\n"
        f"damaged = Path({str(tmp_path)!r})\n"
        "files.read_document = lambda path: read(damaged / path.name if (damaged / path.name).exists() else path)\n"
        "django.setup()\n"
        "import clicksafely.wsgi\n"
        "from django.core.management import call_command\n"
        "call_command('check', tags=['clicksafely'])\n"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "clicksafely.settings"}
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 1
    for name, rule in FILES.items():
        assert f"{tmp_path}/{name}:2: " in result.stderr
        assert f"({rule})" in result.stderr
