"""Hints about personal data: detected texts, and texts without a hint."""

import pytest

from youthpanel.consultations.pii_hints import MAX_SHOWN, PersonalDataHint, PersonalDataKind, hints_for_author


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Пиши ми на ana.anic@example.org до петка", PersonalDataKind.EMAIL, "ana.anic@example.org"),
        ("Мој број је 064 123-45-67.", PersonalDataKind.PHONE, "064 123-45-67"),
        ("011/333-4444", PersonalDataKind.PHONE, "011/333-4444"),
        ("Нађи ме: @ana_2012", PersonalDataKind.ACCOUNT, "@ana_2012"),
        ("као што каже Ана Анић у школи", PersonalDataKind.NAME, "Ана Анић"),
        ("kao što kaže Đorđe Šćepanović-Ilić", PersonalDataKind.NAME, "Đorđe Šćepanović"),
        ("Ask Ana Anić about it", PersonalDataKind.NAME, "Ask Ana Anić"),
        ("vikao je na petrovica, to jest Petrovica", PersonalDataKind.NAME, "Petrovica"),
        ("наша наставница Ковач виче", PersonalDataKind.NAME, "наставница Ковач"),
        ("I told Ms Brown", PersonalDataKind.NAME, "Ms Brown"),
        ("Живим у улици Кнеза Милоша", PersonalDataKind.STREET, "улици Кнеза Милоша"),
        ("код мене у Његошевој 5/3", PersonalDataKind.STREET, "Његошевој 5/3"),
        ("Bulevar kralja Aleksandra 73", PersonalDataKind.STREET, "Bulevar kralja Aleksandra 73"),
        ("I live at 12 Main Street", PersonalDataKind.STREET, "12 Main Street"),
        ("Идем у ОШ „Вук Караџић“ у осми", PersonalDataKind.SCHOOL, "ОШ „Вук Караџић“"),
        ("у гимназији „Јован Јовановић Змај“", PersonalDataKind.SCHOOL, "гимназији „Јован Јовановић Змај“"),
        ("I go to Vuk Karadžić Primary School", PersonalDataKind.SCHOOL, "Vuk Karadžić Primary School"),
    ],
)
def test_noticed(text: str, kind: PersonalDataKind, words: str) -> None:
    assert hints_for_author(text) == [PersonalDataHint(kind, words)]


@pytest.mark.parametrize(
    "text",
    [
        "Час о безбедности на интернету у сваком разреду.",
        "Од 2013. до 2026. било је 38.000 учесника и 25 % пријава.",
        "Основна школа треба да има психолога",
        "The Safer Internet Centre should come to our school",
        "Оцена 5, у 10.30 часова, 12.500,00 динара",
        "На улици је опасно, на тргу 300 људи",
        "Директор школе треба да слуша, разредни старешина такође",
        "Од Београда 25 % пријава, Фортнајт 2 и Виндоус 10",
    ],
)
def test_left_alone(text: str) -> None:
    assert hints_for_author(text) == []


def test_each_once_and_not_endlessly() -> None:
    assert len(hints_for_author("Ана Анић и Ана Анић")) == 1
    assert len(hints_for_author(" и ".join(f"neko{number}@example.org" for number in range(50)))) == MAX_SHOWN


def test_a_hostile_text_takes_no_time() -> None:
    for text in ("1" * 2000, "А " * 1000, "Аа " * 700, "a@" * 1000, "1 " * 1000, "www." * 500):
        hints_for_author(text)
