"""The output and results of the command `import_hashes`."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from clicksafely.common.models import AuditEvent
from hotline.management.commands import import_hashes
from hotline.models import HashList, ListedHash, ListState
from tests.hotline.review.conftest import make_user
from tests.hotline.triage.hash_lists.lists import md5, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def enqueued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, int]]]:
    tasks: list[tuple[str, dict[str, int]]] = []
    monkeypatch.setattr(import_hashes, "enqueue_task", lambda task, **kwargs: tasks.append((task, kwargs)))
    return tasks


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.txt"
    path.write_bytes(written([md5("a"), md5("b"), md5("a")]))
    return path


def run(file: Path, *options: str, name: str = "Drawn shapes") -> str:
    out = StringIO()
    arguments = ["--name", name, "--source", "Example hotline", "--label", "baseline", "--layout", "md5", *options]
    call_command("import_hashes", str(file), *arguments, stdout=out)
    return out.getvalue()


def nothing_is_left(folder: Path) -> bool:
    return not HashList.objects.exists() and not (folder.exists() and list(folder.iterdir()))


def test_a_list_is_imported_by_a_supervisor(file: Path, enqueued: list[tuple[str, dict[str, int]]]) -> None:
    lead = make_user("lead", "supervisor")
    assert re.findall(r"\d+", run(file, "--by", "lead", "--meaning", "other")) == ["2", "1"]
    hash_list = HashList.objects.get()
    assert (hash_list.state, hash_list.meaning, ListedHash.objects.count()) == (ListState.ACTIVE, "other", 2)
    assert hash_list.imported_by == lead
    assert set(AuditEvent.objects.values_list("actor_id", flat=True)) == {lead.pk}
    assert enqueued == [("hotline.sweep_unmatched", {})]


@pytest.mark.parametrize("who", ["analyst", "nobody"])
def test_import_requires_the_permission(file: Path, who: str, lists_folder: Path) -> None:
    make_user("analyst", "analyst")
    with pytest.raises(CommandError, match="manage_hash_lists"):
        run(file, "--by", who)
    assert nothing_is_left(lists_folder)


def test_a_new_version_only_where_that_is_wanted(file: Path, enqueued: list[tuple[str, dict[str, int]]]) -> None:
    run(file)
    old = HashList.objects.get()
    file.write_bytes(written([md5("c")]))
    with pytest.raises(CommandError):
        run(file)
    run(file, "--replace")
    assert enqueued[1] == ("hotline.erase_hash_list", {"list_id": old.pk})
    with pytest.raises(CommandError):
        run(file, "--replace")


def test_problems_are_printed_by_line(file: Path, lists_folder: Path) -> None:
    file.write_bytes(written([md5("a")]) + b"short\n" * 25)
    with pytest.raises(CommandError) as caught:
        run(file)
    lines = str(caught.value).splitlines()
    assert (len(lines), "2" in lines[1], "5" in lines[-1]) == (22, True, True)
    assert (ListedHash.objects.count(), list(lists_folder.iterdir())) == (0, [])


def test_nothing_is_left_of_a_refused_file_or_name(
    file: Path, monkeypatch: pytest.MonkeyPatch, lists_folder: Path
) -> None:
    for name in (" ", "x" * 81):
        with pytest.raises(CommandError, match="--name"):
            run(file, name=name)
    with pytest.raises(CommandError, match="cannot be read"):
        run(file.with_name("none"))
    monkeypatch.setattr("hotline.triage.hash_lists.files.MAX_BYTES", 98)
    with pytest.raises(CommandError, match="larger"):
        run(file)
    assert nothing_is_left(lists_folder)
