"""The output and results of the command `import_hashes`."""

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


def test_a_list_is_imported(file: Path, enqueued: list[tuple[str, dict[str, int]]]) -> None:
    assert run(file) == "2 hashes imported, 1 duplicates left out.\n"
    hash_list = HashList.objects.get()
    assert (hash_list.state, hash_list.imported_by, ListedHash.objects.count()) == (ListState.ACTIVE, None, 2)
    assert enqueued == [("hotline.sweep_unmatched", {})]


def test_by_a_supervisor(file: Path) -> None:
    lead = make_user("lead", "supervisor")
    run(file, "--by", "lead", "--meaning", "other")
    assert (HashList.objects.get().imported_by, HashList.objects.get().meaning) == (lead, "other")
    assert set(AuditEvent.objects.values_list("actor_id", flat=True)) == {lead.pk}


@pytest.mark.parametrize("who", ["analyst", "nobody"])
def test_import_requires_the_permission(file: Path, who: str, lists_folder: Path) -> None:
    make_user("analyst", "analyst")
    with pytest.raises(CommandError, match=f"^No role of {who} grants hotline.manage_hash_lists.$"):
        run(file, "--by", who)
    assert nothing_is_left(lists_folder)


def test_a_new_version_only_where_that_is_wanted(file: Path, enqueued: list[tuple[str, dict[str, int]]]) -> None:
    run(file)
    old = HashList.objects.get()
    file.write_bytes(written([md5("c")]))
    with pytest.raises(CommandError, match="A list with this name is in use"):
        run(file)
    run(file, "--replace")
    assert enqueued[1] == ("hotline.erase_hash_list", {"list_id": old.pk})
    with pytest.raises(CommandError, match="This file is already in use"):
        run(file, "--replace")


def test_problems_are_printed_by_line(file: Path, lists_folder: Path) -> None:
    file.write_bytes(written([md5("a")]) + b"short\n" * 25)
    with pytest.raises(CommandError) as caught:
        run(file)
    lines = str(caught.value).splitlines()
    assert lines[:2] == ["Nothing was imported.", "Line 2: the hash has the wrong length"]
    assert (len(lines), lines[-1]) == (22, "... and 5 more")
    assert (ListedHash.objects.count(), list(lists_folder.iterdir())) == (0, [])


@pytest.mark.parametrize("name", ["", " ", "x" * 81])
def test_a_name_of_a_wrong_length(file: Path, name: str, lists_folder: Path) -> None:
    with pytest.raises(CommandError, match=r"^--name has 1 to 80 characters\.$"):
        run(file, name=name)
    assert nothing_is_left(lists_folder)


def test_a_file_that_is_too_large(file: Path, monkeypatch: pytest.MonkeyPatch, lists_folder: Path) -> None:
    monkeypatch.setattr("hotline.triage.hash_lists.files.MAX_BYTES", 98)
    with pytest.raises(CommandError, match="is larger than"):
        run(file)
    assert nothing_is_left(lists_folder)


def test_a_file_that_is_not_there(tmp_path: Path, lists_folder: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file or directory"):
        run(tmp_path / "none")
    assert nothing_is_left(lists_folder)
