"""Letters are decoded correctly with any charset label."""

import pytest

from clicksafely.common.mail.charsets import decode_text
from clicksafely.devserver.mock_services.generated_messages import CYRILLIC, LATIN

LABELS = ["", "utf-8", "us-ascii", "iso-8859-1", "windows-1250", "windows-1251", "iso-8859-2", "x-unknown", "utf-7"]
SHORT_LATIN = ["Čovek šalje poruke mojoj ćerki", "Učenik", "Đorđe Žižić", "Uznemirujući snimak je na ovoj adresi"]
SHORT_CYRILLIC = ["Хитно", "Ученик", "Ђорђе Жижић", "шта је ово"]


@pytest.mark.parametrize(
    ("charset", "texts"),
    [
        ("windows-1250", [*LATIN, *SHORT_LATIN]),
        ("iso-8859-2", [*LATIN, *SHORT_LATIN]),
        ("windows-1251", [*CYRILLIC, *SHORT_CYRILLIC]),
        ("iso-8859-5", [*CYRILLIC, *SHORT_CYRILLIC]),
        ("utf-8", [*LATIN, *SHORT_LATIN, *CYRILLIC, *SHORT_CYRILLIC]),
    ],
)
def test_serbian_survives_any_label(charset: str, texts: list[str]) -> None:
    for text in texts:
        decoded_by_label = {label: decode_text(text.encode(charset), label)[0] for label in LABELS}
        assert decoded_by_label == dict.fromkeys(LABELS, text)


@pytest.mark.parametrize(
    ("data", "label", "text", "note"),
    [
        ("Très bien, voilà où j'étais".encode("latin-1"), "iso-8859-1", "Très bien, voilà où j'étais", ""),
        ("“smart” – it’s".encode("cp1252"), "iso-8859-1", "“smart” – it’s", ""),
        ("100 €".encode("cp1250"), "", "100 €", ""),
        ("日本".encode("shift_jis"), "shift_jis", "日本", ""),
        ("пример".encode("utf-16"), "", "пример", ""),
        ("пример текста".encode("utf-16-le"), "", "пример текста", ""),
        ("\ufeffпример".encode(), "", "пример", ""),
        ("Ђ = ü".encode("utf-7"), "utf-7", "Ђ = ü", ""),
        (b"a+\x7f", "utf-7", "a\ufffd", "bad_bytes"),
        ("добар дан".encode(), "utf-7", "добар дан", "wrong_charset"),
        ("שלום".encode("iso8859-8"), "iso-8859-8-i", "שלום", ""),
        (b"\\u0041", "unicode_escape", "\\u0041", "unknown_charset"),
        (b"abc", "punycode", "abc", "unknown_charset"),
        ("добар дан".encode(), "iso-8859-1", "добар дан", "wrong_charset"),
        ("добар дан свима".encode()[:-1], "utf-8", "добар дан свим\ufffd", "bad_bytes"),
        (b"abc\x90", "koi8-u", "abc\u2591", ""),
        (b"", "utf-8", "", ""),
    ],
)  # fmt: skip
def test_labels_are_used_unless_the_bytes_contradict_them(data: bytes, label: str, text: str, note: str) -> None:
    decoded, problem = decode_text(data, label)
    assert (decoded.replace("\ufffd\ufffd", "\ufffd") if note == "bad_bytes" else decoded, problem) == (
        text.replace("\ufffd\ufffd", "\ufffd"),
        note,
    )
