"""What `load_demo` makes, `remove_demo` takes back: every table and every folder is as before, or nothing has changed."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from awareness.editorial.models import Article
from awareness.events.models import BookingLetter, Event, EventDate
from awareness.library.models import DownloadCount, ResourceFile
from awareness.topics.models import Version
from clicksafely.common.demonstration import provide_accounts
from clicksafely.common.demorows import noting, rows_of
from clicksafely.common.models import AuditEvent, AuditLink, ContentGeneration, DemonstrationRows
from hotline.models import Report
from tests.factories.events import make_booking
from tests.factories.hotline import ReportFactory
from youthpanel.models import Edition, Recommendation, Response

pytestmark = pytest.mark.django_db
NOW = datetime(2031, 5, 1, 12, tzinfo=UTC)

# What the decision (docs/adr/0038) lets stay: the trail, and the number that every change of the content raises.
STAYS = {AuditEvent, AuditLink, ContentGeneration}
COUNTED = [model for model in apps.get_models(include_auto_created=True) if model not in STAYS and model._meta.managed]


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path / "var", tmp_path / "media"
    settings.VAR_DIR.mkdir()
    provide_accounts(path=tmp_path / "accounts.json")
    call_command("reindex")
    return tmp_path


def counts() -> dict[str, int]:
    return {model._meta.db_table: model._default_manager.count() for model in COUNTED}


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def remove(*parts: str) -> None:
    call_command("remove_demo", *parts, "--yes")


def test_everything_goes_and_can_come_again(
    folder: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, capsys: pytest.CaptureFixture[str]
) -> None:
    real = ReportFactory()
    before, had, triggers = counts(), files(folder), _triggers()
    assert len(triggers) > 10
    call_command("load_demo")
    loaded = counts()
    assert Edition.objects.exists()
    assert Response.objects.exists()
    # Where there are real cases, no made-up ones are mixed in.
    assert Report.objects.get() == real
    assert len(files(folder)) > len(had) + 40
    # What was counted of a file goes with it.
    DownloadCount.objects.create(file=ResourceFile.objects.order_by("pk")[0], day=NOW.date())
    with django_capture_on_commit_callbacks(execute=True):
        remove()
    assert counts() == before
    assert files(folder) == had
    assert _triggers() == triggers
    call_command("load_demo")
    again = counts()
    assert {table for table in loaded if loaded[table] != again[table]} <= {"gathering_searchword"}
    # What is final has stayed final.
    with pytest.raises(IntegrityError, match=r"never|final|append"), transaction.atomic():
        Edition.objects.all()._raw_delete("default")
    remove()
    assert counts() == before
    assert "there is something already" in capsys.readouterr().out


def test_cases_go_with_what_was_done_about_them(
    folder: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before, had = counts(), files(folder)
    trail = AuditEvent.objects.count()
    call_command("load_demo", "hotline")
    added = AuditEvent.objects.count() - trail
    assert added > 500
    with django_capture_on_commit_callbacks(execute=True):
        remove("hotline")
    assert counts() == before
    assert files(folder) == had
    assert AuditEvent.objects.count() == trail + added + 1
    assert AuditEvent.objects.latest("pk").action == "demonstration.removed"


@pytest.fixture
def news(folder: Path) -> Article:
    call_command("load_demo", "news")
    return Article.objects.exclude(published_at=None).order_by("pk")[0]


def refused(*parts: str) -> str:
    before = counts()
    with pytest.raises(CommandError, match="nothing is removed") as refusal:
        remove(*parts)
    assert counts() == before
    return str(refusal.value)


def test_what_somebody_real_has_written_keeps_all_of_it_and_a_row_of_their_own_stays(news: Article) -> None:
    real = Article.objects.create(slug="prava-vest", title_sr="Права вест")
    author = User.objects.create(username="marija")
    Version.objects.create(
        kind="editorial.article", object_id=news.pk, revision=99, saved_at=timezone.now(), author=author, content={}
    )
    assert f"{news.slug} was changed by somebody else" in refused()
    Version.objects.filter(revision=99).update(author=User.objects.get(username="editor"))
    remove()
    assert Article.objects.get() == real
    assert not Version.objects.exists()


def test_a_real_booking_keeps_the_events_also_one_that_comes_meanwhile(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("load_demo", "events")
    real = make_booking(EventDate.objects.order_by("-pk")[0])
    with monkeypatch.context() as patch:
        # As if it had come right after everything was looked through.
        patch.setattr("clicksafely.common.demoremoval._hanging", lambda *args: set())
        assert "Something came meanwhile" in refused("events")
    assert "booking: 1" in refused("events")
    BookingLetter.objects.filter(booking=real).delete()
    real.delete()
    remove("events")
    assert not Event.objects.exists()
    assert not BookingLetter.objects.exists()


def test_what_demonstration_accounts_did_goes_with_it_and_what_others_did_keeps_it(folder: Path) -> None:
    call_command("load_demo", "youthpanel")
    proposal = Recommendation.objects.order_by("pk")[0]
    by_account = Response.objects.filter(recommendation=proposal).order_by("pk")[0]
    values = {field.attname: getattr(by_account, field.attname) for field in Response._meta.concrete_fields}
    people = [field.attname for field in Response._meta.concrete_fields if field.related_model is User]
    assert people
    values.pop("id")
    stranger = User.objects.create(username="marija")
    real = Response.objects.create(**{**values, **dict.fromkeys(people, stranger.pk)})
    assert f"[{real.pk}]" in refused("youthpanel")


def _triggers() -> set[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal")
        return set(cursor.fetchall())


def _break() -> None:
    raise RuntimeError("in the middle")


def test_a_failure_on_the_way_leaves_everything_and_its_files_and_it_asks_first(
    news: Article, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before, had = counts(), files(folder)
    with monkeypatch.context() as patch:
        patch.setattr("awareness.gathering.impact.demonstration.learn_all_words", _break)
        with pytest.raises(RuntimeError):
            remove()
    assert (counts(), files(folder)) == (before, had)
    assert DemonstrationRows.objects.exists()

    asked: list[str] = []
    for answer in ("no", "yes"):
        monkeypatch.setattr("builtins.input", lambda prompt, answer=answer: asked.append(prompt) or answer)
        assert Article.objects.exists()
        call_command("remove_demo", "news")
    assert not Article.objects.exists()
    assert len(asked) == 2
    said = capsys.readouterr().out
    assert "rows in" in said
    assert "Nothing is removed." in said


def test_where_nothing_was_loaded_nothing_goes(capsys: pytest.CaptureFixture[str]) -> None:
    Article.objects.create(slug="prava-vest", title_sr="Права вест")
    remove()
    assert "Nothing is known" in capsys.readouterr().out
    assert Article.objects.count() == 1


@pytest.mark.parametrize("command", ["load_demo", "remove_demo"])
def test_an_unknown_part_is_named(command: str) -> None:
    with pytest.raises(CommandError, match="There is no part nowhere"):
        call_command(command, "nowhere", "news")


@pytest.mark.django_db(transaction=True)
def test_what_another_connection_writes_meanwhile_is_not_of_the_demonstration() -> None:
    def elsewhere() -> None:
        Article.objects.create(slug="prava-vest", title_sr="Права вест")
        connection.close()

    with transaction.atomic(), noting("news"):
        Article.objects.create(slug="izmisljena", title_sr="Измишљена")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(elsewhere).result()
        with transaction.atomic():
            Article.objects.create(slug="izmisljena-2", title_sr="Измишљена")
    noted = {json.loads(key)[0] for key in rows_of(["news"])["editorial_article"]}
    assert {article.slug for article in Article.objects.filter(pk__in=noted)} == {"izmisljena", "izmisljena-2"}
