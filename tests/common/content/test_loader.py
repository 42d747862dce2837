"""The content loader: errors by file and line, idempotent, resumable, never overwrites an editor's change."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from awareness.news.models import Article
from awareness.publishing.models import Version
from awareness.topics.models import Topic, TopicAnswer
from clicksafely.common.content.files import ContentError
from clicksafely.common.content.loader import (
    ContentKind,
    LoadResult,
    Part,
    all_kinds,
    load_content,
    markdown_to_html,
    model_values,
    read_kinds,
)
from clicksafely.common.models import LoadedContent
from clicksafely.common.page_cache import content_version
from tests.database import kinds_loaded

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SCHEMA = """
type: object
additionalProperties: false
required: [slug, title_sr]
properties:
  slug: {type: string}
  title_sr: {type: string}
  title_en: {type: string}
  summary_sr: {type: string}
  do_now_sr: {type: string}
  order: {type: integer}
  answers:
    type: array
    items: {type: object}
"""
TOPIC = """\
slug: {slug}
title_sr: Тема
title_en: A topic
do_now_sr: |
  ### Сада

  - Једно & друго
answers:
  - audience: parents
    title_sr: Родитељима
    lead_sr: Једна мисао
    body_sr: Текст
summary_sr: Укратко
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    return tmp_path


def kind_of(folder: Path) -> ContentKind:
    return ContentKind(
        model="topics.topic",
        files=folder,
        key=("slug",),
        rich_text=frozenset({"do_now"}),
        parts={"answers": Part(key="audience", rich_text=frozenset({"body"}))},
    )


def load(folder: Path) -> LoadResult:
    return run([kind_of(folder)])


def run(kinds: list[ContentKind]) -> LoadResult:
    *_steps, result = load_content(kinds, now=NOW)
    return result


def write(folder: Path, slug: str, **changes: str) -> Path:
    text = TOPIC.format(slug=slug)
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    path = folder / f"{slug}.yaml"
    path.write_text(text)
    return path


def problems(folder: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load(folder)
    assert not Topic.objects.filter(slug__startswith="x").exists()
    return [f"{problem.path.name}:{problem.line}: {problem.message}" for problem in caught.value.problems]


def test_a_file_becomes_a_row_with_its_parts(folder: Path) -> None:
    write(folder, "x")
    assert load(folder).created == 1
    topic = Topic.objects.get(slug="x")
    assert topic.do_now_sr == "<h3>Сада</h3><ul><li><p>Једно &amp; друго</p></li></ul>"
    assert topic.answers.get().body_sr == "<p>Текст</p>"


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_a_second_run_of_the_whole_seed_content_writes_nothing(is_forgotten: bool) -> None:
    """The rows have the values that the loader stored: without its memory, none counts as edited."""
    if is_forgotten:
        LoadedContent.objects.all().delete()
    before = content_version.current()
    result = run(kinds_loaded())
    assert (result.created, result.updated, result.kept_rows) == (0, 0, [])
    assert result.done == result.total == LoadedContent.objects.count() > 200
    assert content_version.current() == before


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("title_sr: Тема", "title_sr: [Тема", "x.yaml:3: "),
        ("title_sr: Тема", "titel_sr: Тема", "x.yaml:2: unknown key 'titel_sr'"),
        ("title_en: A topic", "title_sr: Друга", "x.yaml:3: the key 'title_sr'"),
        ("title_en: A topic", "order: many", "x.yaml:3: 'many'"),
        ("audience: parents", "audience: cats", "x.yaml:9: audience: "),
    ],
)
def test_an_error_is_named_with_file_and_line(folder: Path, before: str, after: str, place: str) -> None:
    write(folder, "x", **{before: after})
    assert any(problem.startswith(place) for problem in problems(folder)), problems(folder)


def test_a_repeated_key_and_a_missing_schema_are_errors(folder: Path) -> None:
    (folder / "other.yaml").write_text(write(folder, "x").read_text())
    assert any(problem.startswith("x.yaml:1: the key 'x'") for problem in problems(folder))
    (folder / "schema.yaml").unlink()
    assert {problem.partition(" ")[0] for problem in problems(folder)} == {"other.yaml:1:", "x.yaml:1:"}


def test_unknown_missing_and_dangling_values_are_errors(folder: Path) -> None:
    (folder / "schema.yaml").write_text("{type: object}")
    games = ContentKind(model="games.game", files=folder, key=("slug",), links={"topics": "slug"})
    for kind, text, expected in (
        (kind_of(folder), "slug: a\nwriter: Ана\n", {(1, "title_sr"), (2, "writer")}),
        (games, "slug: x\nkind: story\ntopics:\n  - csam\n  - no-such-topic\n", {(3, "topics")}),
    ):
        (folder / "a.yaml").write_text(text)
        with pytest.raises(ContentError) as caught:
            read_kinds([kind])
        assert expected <= {(each.line, each.message.partition(":")[0]) for each in caught.value.problems}


def test_a_row_of_a_demonstration_gives_every_field_that_the_model_has() -> None:
    row = {"slug": "a", "title_sr": "Вест", "summary_sr": "Један\n\nДва", "days": 3}
    values = model_values(Article, row, rich_text={"summary"}, besides={"days"})
    assert values == {"slug": "a", "title_sr": "Вест", "summary_sr": "<p>Један</p><p>Два</p>"}
    with pytest.raises(LookupError, match=r"days: .*; title_sr: "):
        model_values(Article, {"slug": "a", "summary_sr": "Укратко", "days": 3})


def test_all_errors_of_all_files_are_named_and_nothing_is_written(folder: Path) -> None:
    write(folder, "x-good")
    write(folder, "x-one", **{"title_sr: Тема\n": ""})
    write(folder, "x-two", title_en="title_fr")
    (folder / "x-three.json").write_text('{\n"slug": }')
    found = problems(folder)
    assert [problem.split(": ")[0] for problem in found] == ["x-one.yaml:1", "x-three.json:2", "x-two.yaml:3"]


def test_an_interrupted_run_is_continued(folder: Path) -> None:
    for number in range(3):
        write(folder, f"x-{number}")
    interrupted = load_content([kind_of(folder)], now=NOW)
    next(interrupted)
    next(interrupted)
    interrupted.close()
    first = Topic.objects.get(slug="x-0")
    assert load(folder).created == 2
    assert Topic.objects.get(slug="x-0").pk == first.pk


def test_a_changed_file_changes_an_untouched_row_and_its_parts(folder: Path) -> None:
    write(folder, "x")
    load(folder)
    stored_answer = TopicAnswer.objects.get(topic__slug="x")
    write(folder, "x", **{"Родитељима": "Старатељима", "A topic": "Another topic"})
    assert load(folder).updated == 1
    assert Topic.objects.get(slug="x").title_en == "Another topic"
    stored_answer.refresh_from_db()
    assert stored_answer.title_sr == "Старатељима"
    write(folder, "x", **{"audience: parents": "audience: children"})
    load(folder)
    assert [answer.audience for answer in TopicAnswer.objects.filter(topic__slug="x")] == ["children"]


def test_an_update_of_a_public_record_is_a_new_revision_without_an_author() -> None:
    kind = next(kind for kind in all_kinds() if kind.model == "topics.topic")
    LoadedContent.objects.filter(kind="topics.topic", key="csam").update(digests={})
    assert run([kind]).updated == 1
    assert Topic.objects.get(slug="csam").revision == 2
    assert list(Version.objects.filter(kind="topics.topic").values_list("author", flat=True)) == [None, None]


@pytest.mark.parametrize("part", [False, True])
def test_a_row_changed_by_an_editor_is_not_updated_and_listed(folder: Path, part: bool) -> None:
    write(folder, "x")
    load(folder)
    if part:
        TopicAnswer.objects.filter(topic__slug="x").update(lead_sr="Друга мисао")
    else:
        Topic.objects.filter(slug="x").update(title_sr="Наслов")
    assert load(folder).kept_rows == []  # the file is unchanged
    write(folder, "x", **{"A topic": "Another topic"})
    (kept,) = load(folder).kept_rows
    assert kept.startswith("topics.topic x: ")
    assert Topic.objects.get(slug="x").title_en == "A topic"


def test_a_row_that_was_moved_is_not_edited_and_keeps_its_place(folder: Path) -> None:
    kind = replace(kind_of(folder), once=frozenset({"order"}))
    placed = {"title_sr: Тема": "order: 10\ntitle_sr: Тема"}
    write(folder, "x", **placed)
    run([kind])
    Topic.objects.filter(slug="x").update(order=11)
    write(folder, "x", **placed, **{"A topic": "Another topic"})
    result = run([kind])
    assert (result.kept_rows, result.updated) == ([], 1)
    assert Topic.objects.values_list("title_en", "order").get(slug="x") == ("Another topic", 11)


def test_a_row_that_an_editor_deleted_is_not_created_again(folder: Path) -> None:
    write(folder, "x")
    load(folder)
    Topic.objects.filter(slug="x").delete()
    assert load(folder).created == 0
    write(folder, "x", **{"A topic": "Another topic"})
    assert len(load(folder).kept_rows) == 1
    assert not Topic.objects.filter(slug="x").exists()
    Topic.objects.create(slug="y", title_sr="Наслов")
    write(folder, "y")
    assert len(load(folder).kept_rows) == 2
    assert Topic.objects.get(slug="y").title_sr == "Наслов"


def test_the_commands_print_results_or_errors(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    write(folder, "x")
    monkeypatch.setattr("clicksafely.common.management.commands.load_content.all_kinds", lambda: [kind_of(folder)])
    out = io.StringIO()
    call_command("load_content", stdout=out)
    assert out.getvalue() == "Content: 1 of 1\n1 created, 0 updated, 0 kept\n"
    write(folder, "y", title_en="title_fr")
    with pytest.raises(CommandError, match=r"y\.yaml:3: "):
        call_command("load_content")
    monkeypatch.setattr("clicksafely.common.management.commands.load_demo.demo_files", lambda: [folder / "y.yaml"])
    with pytest.raises(CommandError, match=r"y\.yaml:3: "):
        call_command("load_demo", "contacts")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Један\nпасус\n\nи други\n", "<p>Један пасус</p><p>и други</p>"),
        ("## Наслов\n\n### Поднаслов", "<h2>Наслов</h2><h3>Поднаслов</h3>"),
        ("### Наслов\n\n- један\n- <два>", "<h3>Наслов</h3><ul><li><p>један</p></li><li><p>&lt;два&gt;</p></li></ul>"),
        ("1. један\n2. **два** пута", "<ol><li><p>један</p></li><li><p><strong>два</strong> пута</p></li></ol>"),
    ],
)
def test_headings_lists_and_paragraphs(text: str, html: str) -> None:
    assert markdown_to_html(text) == html
