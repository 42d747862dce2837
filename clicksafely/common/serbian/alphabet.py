"""Order of names by the alphabet of a language, in Python and in PostgreSQL."""

import re
import unicodedata
from typing import Any

from django.db.models import Func, TextField, Value
from django.db.models.expressions import Combinable
from django.utils.translation import get_language

from clicksafely.common.i18n.language import ENGLISH, SERBIAN, SERBIAN_LATIN
from clicksafely.common.serbian.search_folding import fold

# Every letter of the Serbian alphabet, in the Cyrillic order, with its Latin form. Digraphs are found before their first letters.
_CYRILLIC_ORDER = (
    "а:a б:b в:v г:g д:d ђ:đ е:e ж:ž з:z и:i ј:j к:k л:l љ:lj м:m н:n њ:nj о:o п:p "
    "р:r с:s т:t ћ:ć у:u ф:f х:h ц:c ч:č џ:dž ш:š"
)
_LATIN_ORDER = "a b c č ć d dž đ e f g h i j k l lj m n nj o p r s š t u v z ž"
_LETTER = re.compile("lj|nj|dž|.", re.DOTALL)

_pairs = [pair.split(":") for pair in _CYRILLIC_ORDER.split()]
_latin_places = [_LATIN_ORDER.split().index(latin) for _cyrillic, latin in _pairs]
_PLACES = {
    SERBIAN: {letter: place for place, pair in enumerate(_pairs) for letter in pair},
    SERBIAN_LATIN: {letter: place for place, pair in zip(_latin_places, _pairs, strict=True) for letter in pair},
}
# `clicksafely_alphabet` writes a letter as the character with this distance from "A", which is its place in the Cyrillic order.
_CYRILLIC_KEYS = "".join(chr(ord("A") + place) for place in range(len(_pairs)))
_LATIN_KEYS = "".join(chr(ord("A") + place) for place in _latin_places)


def order_key(text: str, language: str) -> Any:
    """Return a key that sorts texts of both scripts by the alphabet of `language` (a code of LANGUAGES).

    In Serbian other characters precede letters. In English diacritics are ignored.
    """
    if language == ENGLISH:
        return fold(text)
    places = _PLACES[language]
    letters = _LETTER.findall(unicodedata.normalize("NFC", text).lower())
    return [(places.get(letter, -1), letter if letter not in places else "") for letter in letters]


def page_order(text: str) -> Any:
    """Return a key that sorts texts by the alphabet of the page's language; see `order_key`."""
    return order_key(text, get_language() or SERBIAN)


def order_column(column: str | Combinable, language: str) -> Any:
    """Return an expression that sorts a column as `order_key` does (in Serbian, signs outside ASCII come last)."""
    if language == ENGLISH:
        return Func(column, function="clicksafely_fold", output_field=TextField())
    key = Func(column, function="clicksafely_alphabet", output_field=TextField())
    if language == SERBIAN:
        return key
    return Func(key, Value(_CYRILLIC_KEYS), Value(_LATIN_KEYS), function="translate", output_field=TextField())


class PageOrder(Func):
    """An expression for `order_by` and `ordering` that sorts a column by the alphabet of the page's language."""

    output_field = TextField()
    arity = 1

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **context: Any) -> Any:
        """Return the SQL for the language that is active when the query runs."""
        (column,) = self.get_source_expressions()
        return compiler.compile(order_column(column, get_language() or SERBIAN))
