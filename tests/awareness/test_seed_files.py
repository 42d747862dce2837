"""Errors in the files of seed quizzes and games, each with its file and line."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from awareness.games.content import KINDS as GAMES
from awareness.quizzes.content import KINDS as QUIZZES
from clicksafely.common.content.files import ContentError
from clicksafely.common.content.loader import ContentKind, read_kinds

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kinds", "name", "before", "after", "message"),
    [
        (QUIZZES, "01-law-and-help.json", '"level"', '"levle"', "unknown key 'levle'"),
        (QUIZZES, "01-law-and-help.json", '"minutes": 7', '"minutes": "7"', "'7' is not of type 'integer'"),
        (QUIZZES, "01-law-and-help.json", '"en": "', '"en": {}, "de": "', "{} is not of type 'string'"),
        (QUIZZES, "01-law-and-help.json", '"kind": "true_false"', '"kind": "yes_no"', "'yes_no' is not one of "),
        (QUIZZES, "01-law-and-help.json", '"questions"', '"questions" 1', "Expecting ':' delimiter"),
        (GAMES, "home-path.json", '"level"', '"levle"', "unknown key 'levle'"),
        (GAMES, "home-path.json", '"kind": "path"', '"kind": "maze"', "must be one of "),
        (GAMES, "home-path.json", '"topics"', '"topix"', "'topics' is a required property"),
    ],
)
def test_an_error_is_named_with_file_and_line(
    kinds: tuple[ContentKind, ...], name: str, before: str, after: str, message: str, tmp_path: Path
) -> None:
    folder = kinds[0].files
    shutil.copy(folder / "schema.yaml", tmp_path)
    text = (folder / name).read_text()
    assert before in text
    (tmp_path / name).write_text(text.replace(before, after, 1))
    with pytest.raises(ContentError) as caught:
        read_kinds([replace(kind, files=tmp_path) for kind in kinds])
    problems = {(problem.path, problem.line): problem.message for problem in caught.value.problems}
    line = text[: text.index(before)].count("\n") + 1
    found = [each for (path, number), each in problems.items() if path == tmp_path / name and number in {1, line}]
    assert any(message in each for each in found), problems
    if "required" not in message:
        assert message in problems[tmp_path / name, line]
