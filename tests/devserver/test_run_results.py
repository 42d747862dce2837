"""Results of a long run are available when it continues, and discarded after a change of the code."""

from pathlib import Path

from clicksafely.devserver.run_results import RunResults


def test_results_are_stored_until_the_code_changes(tmp_path: Path) -> None:
    path = tmp_path / "not there yet" / "found.json"
    results = RunResults(path, "one")
    assert results.found == {}
    results.store("first", [1])
    results.store("second", {"ok": True})
    results.store("first", [2])
    again = RunResults(path, "one")
    assert again.found == results.found == {"first": [2], "second": {"ok": True}}
    changed = RunResults(path, "other")
    assert changed.found == {}
    changed.store("third", 3)
    assert (RunResults(path, "one").found, RunResults(path, "other").found) == ({}, {"third": 3})
