"""Cached lists: read once per content version, until their next scheduled change, and available while the database is down."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from django.http import HttpRequest
from django.test import RequestFactory

from clicksafely.common.page_cache import content_version
from clicksafely.common.page_cache.list_cache import (
    MAX_KEYS,
    CachedList,
    RecordCache,
    TimedList,
    TimedListCache,
    bypass_caches,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class TestLastKnown:
    """One list, and a database that becomes unavailable and available."""

    @pytest.fixture(autouse=True)
    def _world(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.number, self.rows, self.reads, self.away = 1, ["first"], 0, False

        def current() -> int:
            if self.away:
                raise OperationalError("the server closed the connection")
            return self.number

        def read() -> list[str]:
            self.reads += 1
            return list(self.rows)

        monkeypatch.setattr(content_version, "current", current)
        self.list = CachedList(read, fallback=lambda: ["fallback"])

    def current_list(self) -> list[str]:
        return list(self.list.during(RequestFactory().get("/")))

    def test_is_read_once_a_generation(self) -> None:
        assert [self.current_list(), self.current_list()] == [["first"]] * 2
        assert self.reads == 1
        self.number, self.rows = 2, ["second"]
        assert self.current_list() == ["second"]

    def test_without_database_the_last_list_or_the_fallback_is_shown(self) -> None:
        self.away = True
        assert self.current_list() == ["fallback"]
        self.away = False
        assert self.current_list() == ["first"]
        self.away = True
        assert self.current_list() == list(self.list.without_database()) == ["first"]

    def test_a_reading_that_fails_is_tried_again(self) -> None:
        self.current_list()
        self.number = 2

        def fail() -> list[str]:
            raise OperationalError("gone between the two questions")

        self.list._read, read = fail, self.list._read
        assert self.current_list() == ["first"]
        self.list._read, self.rows = read, ["second"]
        assert self.current_list() == ["second"]


class TestSeenNow:
    """A time-dependent list."""

    @pytest.fixture(autouse=True)
    def _world(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.number, self.until, self.read = 1, NOW + timedelta(hours=1), list[tuple[str, datetime]]()

        def read(key: str, now: datetime) -> tuple[list[str], datetime | None]:
            self.read.append((key, now))
            return [f"{key} {len(self.read)}"], self.until

        monkeypatch.setattr(content_version, "current", lambda: self.number)
        self.seen = TimedListCache(read)

    def at(self, now: datetime, key: str = "a") -> TimedList[str]:
        return self.seen.at(RequestFactory().get("/"), key, now)

    def test_is_read_once_until_its_next_planned_change(self) -> None:
        last = self.until - timedelta(microseconds=1)
        assert [self.at(NOW).items, self.at(last).items] == [["a 1"]] * 2
        assert self.at(NOW).until == self.until
        assert self.at(self.until).items == ["a 2"]

    def test_each_key_and_generation_has_a_list_of_its_own(self) -> None:
        assert [self.at(NOW).items, self.at(NOW, "b").items, self.at(NOW).items] == [["a 1"], ["b 2"], ["a 1"]]
        self.number = 2
        assert self.at(NOW).items == ["a 3"]

    def test_an_earlier_moment_is_not_answered_from_a_later_one(self) -> None:
        self.at(NOW)
        assert self.at(NOW - timedelta(seconds=1)).items == ["a 2"]

    def test_without_a_planned_change_it_holds_as_long_as_the_generation(self) -> None:
        self.until = None  # type: ignore[assignment]
        self.at(NOW)
        assert self.at(NOW + timedelta(days=400)).items == ["a 1"]

    def test_more_keys_than_the_memory_holds_begin_it_anew(self) -> None:
        for number in range(MAX_KEYS + 1):
            self.at(NOW, f"{number}")
        assert list(self.seen._lists) == [f"{MAX_KEYS}"]


class TestKnownRecords:
    """Single records."""

    @pytest.fixture(autouse=True)
    def _world(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.number, self.calls = 1, list[str]()

        def find(name: str) -> str | None:
            self.calls.append(name)
            return None if name.startswith("no") else f"{name} {len(self.calls)}"

        monkeypatch.setattr(content_version, "current", lambda: self.number)
        self.records = RecordCache(find)

    def get(self, name: str) -> str | None:
        return self.records.get(RequestFactory().get("/"), name)

    def test_each_is_read_once_a_generation(self) -> None:
        assert [self.get("a"), self.get("b"), self.get("a")] == ["a 1", "b 2", "a 1"]
        self.number = 2
        assert self.get("a") == "a 3"

    def test_missing_record_is_queried_again_and_evicts_nothing(self) -> None:
        for name in ("a", "no", "no", *(f"no-{number}" for number in range(MAX_KEYS + 1))):
            self.get(name)
        assert self.calls[:3] == ["a", "no", "no"]
        assert self.get("a") == "a 1"

    def test_more_than_the_memory_holds_begin_it_anew(self) -> None:
        for number in range(MAX_KEYS + 1):
            self.get(f"{number}")
        assert list(self.records._found) == [f"{MAX_KEYS}"]


def test_a_request_that_sees_drafts_neither_reads_nor_fills_the_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content_version, "current", lambda: 1)
    words = ["public"]
    entries = CachedList(lambda: list(words))
    timed = TimedListCache(lambda _key, _now: (list(words), None))
    records = RecordCache(lambda _name: words[0])

    def read_all(request: HttpRequest) -> tuple[object, ...]:
        return entries.during(request)[0], timed.at(request, "", NOW).items[0], records.get(request, "a")

    for _repetition in range(2):
        assert read_all(RequestFactory().get("/")) == ("public",) * 3
        words[0] = "draft"
        preview = RequestFactory().get("/")
        bypass_caches(preview)
        assert read_all(preview) == ("draft",) * 3
        assert entries.without_database() == ["public"]
        words[0] = "public"
