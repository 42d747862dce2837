"""What is pointed out before a text is sent, and what is left alone."""

import pytest

from youthpanel.consultations.pii_hints import MOST_SHOWN, Kind, Personal, notice


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Пиши ми на ana.anic@example.org до петка", Kind.EMAIL, "ana.anic@example.org"),
        ("Мој број је 064 123-45-67.", Kind.PHONE, "064 123-45-67"),
        ("+381 64 1234567", Kind.PHONE, "+381 64 1234567"),
        ("011/333-4444", Kind.PHONE, "011/333-4444"),
        ("Нађи ме: @ana_2012", Kind.ACCOUNT, "@ana_2012"),
        ("као што каже Ана Анић у школи", Kind.NAME, "Ана Анић"),
        ("kao što kaže Đorđe Šćepanović-Ilić", Kind.NAME, "Đorđe Šćepanović"),
        ("Ask Ana Anić about it", Kind.NAME, "Ask Ana Anić"),
    ],
)
def test_noticed(text: str, kind: Kind, words: str) -> None:
    assert notice(text) == [Personal(kind, words)]


@pytest.mark.parametrize(
    "text",
    [
        "Час о безбедности на интернету у сваком разреду.",
        "Од 2013. до 2026. било је 38.000 учесника и 25 % пријава.",
        "У Нишу. Сви смо за то.",
        "ВИШЕ ЧАСОВА ИНФОРМАТИКЕ",
        "Основна школа треба да има психолога",
        "Панел Нови Сад је за",
        "The Safer Internet Centre should come to our school",
        "Оцена 5, у 10.30 часова, 12.500,00 динара",
        "",
    ],
)
def test_left_alone(text: str) -> None:
    assert notice(text) == []


def test_each_once_and_not_endlessly() -> None:
    assert len(notice("Ана Анић и Ана Анић")) == 1
    assert len(notice(" и ".join(f"neko{number}@example.org" for number in range(50)))) == MOST_SHOWN


def test_a_hostile_text_takes_no_time() -> None:
    for text in ("1" * 2000, "А " * 1000, "Аа " * 700, "a@" * 1000, "1 " * 1000, "www." * 500):
        notice(text)
