"""The comparison of two dumps under a rename map."""

from pathlib import Path

import pytest

from bin.freeze import compare

OLD = {
    "urls.txt": ["route=admin/hotline/gone/\turl=gone\tpath=hotline.keeping.views.gone"],
    "models.txt": [
        "model=hotline.Watch\ttable=hotline_watch\tpath=hotline.models.watch.Watch",
        "model=hotline.Watch\tfield=hotline.Watch.told\tcolumn=hotline_watch.told_id\tpath=django.db.models.ForeignKey",
    ],
    "permissions.txt": ["permission=hotline.view_watch", "holds\tgroup=analyst\tpermission=hotline.view_watch"],
    "tables.txt": [
        "index\ttable=hotline_watch\tdbname=hotline_watch_told\tsql=CREATE INDEX hotline_watch_told ON public.hotline_watch USING btree (told_id)",
        "constraint\ttable=hotline_watcher\tdbname=hotline_watcher_told\tsql=CHECK (told_id > 0)",
    ],
    "settings.txt": ["setting=MIDDLEWARE\tkey=[]\tvalue=hotline.keeping.told.Told\tafter=(first)"],
    "msgids.txt": ["context=staff\tmsgid=Desk\tmsgstr=Сто"],
    "pages/en/index.txt": ["Desk", "Desktop", "On the desk of an analyst", "A desk"],
    "pages/sr/index.txt": ["Сто", "Стоп", "Пун сто је анализе"],
    "pages/sr-latn/index.txt": ["Sto", "Stop", "Pun sto je analize"],
}
NEW = {
    "urls.txt": ["route=admin/hotline/confirm/\turl=confirm-removal\tpath=hotline.backup.views.gone"],
    "models.txt": [
        "model=hotline.Check\tfield=hotline.Check.notified\tcolumn=hotline_check.notified_id\tpath=django.db.models.ForeignKey",
        "model=hotline.Check\ttable=hotline_check\tpath=hotline.models.checks.Check",
    ],
    "permissions.txt": ["holds\tgroup=analyst\tpermission=hotline.view_check", "permission=hotline.view_check"],
    "tables.txt": [
        "constraint\ttable=hotline_watcher\tdbname=hotline_watcher_told\tsql=CHECK (told_id > 0)",
        "index\ttable=hotline_check\tdbname=hotline_check_by\tsql=CREATE INDEX hotline_check_by ON public.hotline_check USING btree (notified_id)",
    ],
    "settings.txt": ["setting=MIDDLEWARE\tkey=[]\tvalue=hotline.notices.Notified\tafter=(first)"],
    "msgids.txt": ["context=menu\tmsgid=My work\tmsgstr=Радна табла"],
    "pages/en/index.txt": ["My work", "Desktop", "On the dashboard of an analyst", "A desk"],
    "pages/sr/index.txt": ["Радна табла", "Стоп", "Пун табла је анализе"],
    "pages/sr-latn/index.txt": ["Radna tabla", "Stop", "Pun tabla je analize"],
}
MAP = """
# made up
move hotline.keeping hotline.backup
merge hotline.keeping.told hotline.notices
symbol hotline.keeping.told:Told Notified
symbol hotline.models.watch:Watch Check
move hotline.models.watch hotline.models.checks
route admin/hotline/gone/ admin/hotline/confirm/
url gone confirm-removal
model hotline.Watch hotline.Check
column hotline.Watch.told notified
table hotline_watch hotline_check
dbname hotline_watch_told hotline_check_by
context staff menu
msgid "Desk" "My work"
text en "desk of an analyst" "dashboard of an analyst"
text sr "Сто" "Радна табла"
text sr "сто је анализе" "табла је анализе"
"""


def left(old: dict[str, list[str]], new: dict[str, list[str]], renames: str) -> list[str]:
    return compare.differences(compare.renamed_dump(old, compare.read_map(renames, old)), new)


def test_an_empty_map_leaves_a_dump_as_it_is() -> None:
    assert left(OLD, OLD, "# nothing") == []


def test_renames_explain_each_kind_of_line() -> None:
    assert left(OLD, NEW, MAP) == []


@pytest.mark.parametrize("missing", [line for line in MAP.splitlines() if line and not line.startswith("#")])
def test_each_rename_is_needed(missing: str) -> None:
    assert left(OLD, NEW, MAP.replace(f"{missing}\n", ""))


def test_names_of_indexes_follow_their_table() -> None:
    before = {
        "tables.txt": ["index\ttable=a_b\tdbname=a_b_pkey\tsql=ON public.a_b", "index\ttable=a_b_c\tdbname=a_b_c_pkey"]
    }
    after = {"tables.txt": ["index\ttable=a_b_c\tdbname=a_b_c_pkey", "index\ttable=x\tdbname=x_pkey\tsql=ON public.x"]}
    assert left(before, after, "table a_b x") == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("rename a b", "line 1 is no rename"),
        ("url a", "line 1 is no rename"),
        ("url a b\nurl a c", "two new names"),
        ("symbol a.b c", "module:Name"),
        ('text de "a" "b"', "line 1 is no rename"),
    ],
)
def test_a_wrong_map_is_refused(wrong: str, message: str) -> None:
    with pytest.raises(compare.FreezeError, match=message):
        compare.read_map(wrong, {})


FOUND = ["urls.txt: - route=a/<int:x>/", "urls.txt: + route=b/"]


def test_a_difference_without_an_entry_is_unexplained() -> None:
    assert compare.unexplained(FOUND, "urls.txt: + route=b/ ## b is new\n") == FOUND[:1]


def test_entries_explain_differences_with_a_star_too() -> None:
    assert (
        compare.unexplained(FOUND, "# why\nurls.txt: - route=a/* ## a went\nurls.txt: + route=b/ ## b is new\n") == []
    )


def test_an_entry_without_a_reason_is_refused() -> None:
    with pytest.raises(compare.FreezeError, match="line 1: no reason"):
        compare.unexplained(FOUND, "urls.txt: * ##  \n")


def test_an_entry_without_a_difference_is_reported() -> None:
    (stale,) = compare.unexplained([], "urls.txt: - route=z/ ## z went\n")
    assert "line 1: there is no such difference" in stale


def test_the_exit_code_says_whether_all_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, lines in (("old", ["task=a"]), ("new", ["task=b"])):
        (tmp_path / name).mkdir()
        (tmp_path / name / "tasks.txt").write_text("\n".join(lines))
    for name, text in (("empty", ""), ("map", "task a b"), ("listed", "tasks.txt: * ## b does the work of a")):
        (tmp_path / name).write_text(text)
    old, new, empty, renames, listed = (str(tmp_path / name) for name in ("old", "new", "empty", "map", "listed"))
    assert compare.main(old, new, renames, empty) == 0
    assert compare.main(old, new, empty, listed) == 0
    assert compare.main(old, new, empty, empty) == 1
    assert "tasks.txt: - task=a\ntasks.txt: + task=b" in capsys.readouterr().out
    assert compare.main(old, str(tmp_path / "none"), empty, empty) == 2
