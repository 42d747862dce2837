"""What a long run has found is there when it goes on, and gone when the code has changed."""

from pathlib import Path

from tests.kept import Kept


def test_what_was_found_is_there_until_the_code_changes(tmp_path: Path) -> None:
    path = tmp_path / "not there yet" / "found.json"
    kept = Kept(path, "one")
    assert kept.found == {}
    kept.keep("first", [1])
    kept.keep("second", {"ok": True})
    kept.keep("first", [2])
    again = Kept(path, "one")
    assert again.found == kept.found == {"first": [2], "second": {"ok": True}}
    changed = Kept(path, "other")
    assert changed.found == {}
    changed.keep("third", 3)
    assert (Kept(path, "one").found, Kept(path, "other").found) == ({}, {"third": 3})
