"""Order of names by the Serbian Cyrillic alphabet, in Python and in PostgreSQL, whose collation "C" puts Ђ, Ј, Љ, Њ, Ћ and Џ first."""

import re
import unicodedata
from typing import Any

from django.db.models import F, Func, TextField
from django.utils.translation import get_language

from clicksafely.common.i18n.language import SERBIAN
from clicksafely.common.serbian.search_folding import fold

# Every letter of the Serbian alphabet, in its order, with its Latin form. Digraphs are found before their first letters.
_ALPHABET = "а:a б:b в:v г:g д:d ђ:đ е:e ж:ž з:z и:i ј:j к:k л:l љ:lj м:m н:n њ:nj о:o п:p р:r с:s т:t ћ:ć у:u ф:f х:h ц:c ч:č џ:dž ш:š"
_PLACES = {letter: place for place, pair in enumerate(_ALPHABET.split()) for letter in pair.split(":")}
_LETTER = re.compile("lj|nj|dž|.", re.DOTALL)


def alphabet_key(text: str) -> list[tuple[int, str]]:
    """Return a key that sorts texts of both scripts by the Serbian Cyrillic alphabet; other characters precede letters."""
    letters = _LETTER.findall(unicodedata.normalize("NFC", text).lower())
    return [(_PLACES.get(letter, -1), letter if letter not in _PLACES else "") for letter in letters]


def page_order(text: str) -> Any:
    """Return a key that sorts texts in the order of the page's language: by the Serbian Cyrillic alphabet, otherwise without diacritics."""
    return alphabet_key(text) if (get_language() or SERBIAN) == SERBIAN else fold(text)


def alphabetical(column: str) -> Func:
    """Return an expression for `order_by` and `ordering` that sorts a column as `alphabet_key` does (signs outside ASCII come last)."""
    return Func(F(column), function="clicksafely_alphabet", output_field=TextField())
