"""Letters are decoded correctly with any charset label."""

import pytest

from clicksafely.common.mail.charsets import decode_text
from clicksafely.devserver.mock_services.generated_messages import CYRILLIC, LATIN

LABELS = ["", "utf-8", "us-ascii", "iso-8859-1", "windows-1250", "windows-1251", "iso-8859-2", "x-unknown", "utf-7"]
SHORT_LATIN = ["Čovek šalje poruke mojoj ćerki", "Učenik", "Đorđe Žižić", "Uznemirujući snimak je na ovoj adresi"]
SHORT_CYRILLIC = ["Хитно", "Ученик", "Ђорђе Жижић", "шта је ово"]


@pytest.mark.parametrize("charset", ["windows-1250", "iso-8859-2", "utf-8"])
@pytest.mark.parametrize("text", [*LATIN, *SHORT_LATIN])
def test_serbian_in_latin_letters_survives_any_label(text: str, charset: str) -> None:
    decoded_by_label = {label: decode_text(text.encode(charset), label)[0] for label in LABELS}
    assert decoded_by_label == dict.fromkeys(LABELS, text)


@pytest.mark.parametrize("charset", ["windows-1251", "iso-8859-5", "utf-8"])
@pytest.mark.parametrize("text", [*CYRILLIC, *SHORT_CYRILLIC])
def test_serbian_in_cyrillic_letters_survives_any_label(text: str, charset: str) -> None:
    decoded_by_label = {label: decode_text(text.encode(charset), label)[0] for label in LABELS}
    assert decoded_by_label == dict.fromkeys(LABELS, text)


@pytest.mark.parametrize(
    ("data", "label", "text", "note"),
    [
        ("Très bien, voilà où j'étais".encode("latin-1"), "iso-8859-1", "Très bien, voilà où j'étais", ""),
        ("Für größere Mädchen".encode("cp1252"), "", "Für größere Mädchen", ""),
        ("“smart” – it’s".encode("cp1252"), "iso-8859-1", "“smart” – it’s", ""),
        ("100 €".encode("cp1250"), "", "100 €", ""),
        ("日本".encode("shift_jis"), "shift_jis", "日本", ""),
        ("日本".encode("iso2022_jp"), "iso-2022-jp", "日本", ""),
        ("ελληνικά".encode("cp1253"), "windows-1253", "ελληνικά", ""),
        ("пример".encode("utf-16"), "", "пример", ""),
        ("пример текста".encode("utf-16-le"), "", "пример текста", ""),
        ("primer teksta".encode("utf-16-be"), "x", "primer teksta", "unknown_charset"),
        ("\ufeffпример".encode(), "", "пример", ""),
        ("Ђ = ü".encode("utf-7"), "utf-7", "Ђ = ü", ""),
        ("Ђ".encode("utf-7"), "unicode-1-1-utf-7", "Ђ", ""),
        (b"a+\x7f", "utf-7", "a\ufffd", "bad_bytes"),
        ("добар дан".encode(), "utf-7", "добар дан", "wrong_charset"),
        ("добар дан, ђаче".encode(), "gb2312", "добар дан, ђаче", "wrong_charset"),
        ("шала".encode(), "iso-2022-jp", "шала", "wrong_charset"),
        ("你好".encode("gb2312"), "gb2312", "你好", ""),
        ("שלום".encode("iso8859-8"), "iso-8859-8-i", "שלום", ""),
        (b"\\u0041", "unicode_escape", "\\u0041", "unknown_charset"),
        (b"abc", "punycode", "abc", "unknown_charset"),
        (b"abc", "zlib\0", "abc", "unknown_charset"),
        ("добар дан".encode(), "iso-8859-1", "добар дан", "wrong_charset"),
        ("добар дан свима".encode()[:-1], "utf-8", "добар дан свим\ufffd", "bad_bytes"),
        (b"abc\x90", "koi8-u", "abc\u2591", ""),
        (b"a\xfd", "shift_jis", "a\ufffd", "bad_bytes"),
        (b"", "utf-8", "", ""),
    ],
)  # fmt: skip
def test_labels_are_used_unless_the_bytes_contradict_them(data: bytes, label: str, text: str, note: str) -> None:
    decoded, problem = decode_text(data, label)
    assert (decoded.replace("\ufffd\ufffd", "\ufffd") if note == "bad_bytes" else decoded, problem) == (
        text.replace("\ufffd\ufffd", "\ufffd"),
        note,
    )
