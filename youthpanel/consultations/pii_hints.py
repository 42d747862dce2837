"""Hints about personal data in a text: e-mail and street addresses, phone numbers, accounts, schools, names. Pure. A person decides."""

import re
from enum import Enum
from typing import Final, NamedTuple

from django.utils.translation import gettext_lazy, pgettext_lazy

from clicksafely.common.serbian.search_folding import fold

# The field of a form that is sent again after a hint.
CONFIRMED: Final = "confirmed"


class PersonalDataKind(Enum):
    """The kind of personal data, with its label."""

    EMAIL = gettext_lazy("e-mail address")
    PHONE = gettext_lazy("phone number")
    ACCOUNT = gettext_lazy("account")
    STREET = gettext_lazy("street address")
    SCHOOL = pgettext_lazy("moderation", "possibly a school")
    NAME = pgettext_lazy("moderation", "possibly a name")


class PersonalDataHint(NamedTuple):
    """A part of the text, unchanged."""

    kind: PersonalDataKind
    text: str


_EMAIL: Final = re.compile(r"[\w.+-]{1,254}@[\w-]+(?:\.[\w-]+)+")
_PHONE: Final = re.compile(r"(?<![\w.])\+?\d(?:[\s/().-]?\d){5,14}(?!\w)")
_ACCOUNT: Final = re.compile(r"(?<![\w.@])@\w[\w.]{2,}")
_LOWER: Final = "a-zšđčćžа-яђјљњћџ"
_CAPITAL: Final = rf"[A-ZŠĐČĆŽА-ЯЂЈЉЊЋЏ][{_LOWER}]+"
_CAPITALS: Final = rf"{_CAPITAL}(?:\s+{_CAPITAL}){{0,4}}"
# The number of a house: 5, 12a, 7/3, бр. 5.
_HOUSE: Final = r"(?:(?:број|бр\.?|broj|br\.?)\s*)?\d{1,3}[a-zа-ш]?(?:/\d{1,3})?(?![\w%‰]|[.,]\d|\s?%)"
_STREET: Final = re.compile(
    # A street of a name: улица Кнеза Милоша, ul. Cara Dušana 10.
    rf"(?<!\w)(?i:улиц[аеиу]|улицом|ул\.|ulic[aeiu]|ulicom|ul\.)\s+{_CAPITALS}(?:\s+{_HOUSE})?"
    # Булевар краља Александра 73, трг Републике 5.
    rf"|(?<!\w)(?i:булевар|трг|кеј|bulevar|trg|kej)[{_LOWER}]{{0,2}}(?:\s+[^\W\d_]+){{1,4}}\s+{_HOUSE}"
    # Његошева 5, у Скадарској бр. 7, Цара Душана 10.
    rf"|(?<!\w)[A-ZŠĐČĆŽА-ЯЂЈЉЊЋЏ][{_LOWER}]{{1,20}}(?:ов|ев|ин|ск|шк|чк|ov|ev|in|sk|šk|čk)(?:а|у|ој|a|u|oj)\s+{_HOUSE}"
    rf"|(?<!\w){_CAPITAL}(?:\s+{_CAPITAL}){{1,3}}\s+{_HOUSE}"
    # 12 Main Street.
    rf"|(?<!\w)\d{{1,4}}\s+{_CAPITALS}\s+(?:Street|Road|Avenue|Lane|Square)(?!\w)"
)
_QUOTED: Final = r"[„“”\"«»']"
_SCHOOL: Final = re.compile(
    rf"(?<!\w)(?:ОШ|OŠ|OS)\s+(?:{_QUOTED}\s?)?{_CAPITALS}{_QUOTED}?"
    rf"|(?<!\w)(?i:школ[аеиу]|школом|гимназиј[аеиу]|гимназијом|škol[aeiu]|školom|gimnazij[aeiu]|gimnazijom)\s+"
    rf"(?:{_QUOTED}\s?)?{_CAPITALS}{_QUOTED}?"
    rf"|(?<!\w){_CAPITAL}(?:\s+{_CAPITAL}){{0,3}}\s+(?:[Pp]rimary|[Ss]econdary|[Gg]rammar|[Hh]igh)\s+[Ss]chool"
)
# The name after the word for a person: наставник Ковач, разредној Марији, Ms Brown.
_PERSON: Final = re.compile(
    rf"(?<!\w)(?:(?i:наставни[кц]|професор|учитељ|директор|психоло|педаго|разредн|другар|господи|госпођ|"
    rf"nastavni[kc]|profesor|učitelj|direktor|psiholo|pedago|razredn|drugar|gospodi|gospođ)[{_LOWER}]{{0,6}}"
    rf"|[Tt]eacher|Mrs?\.?|Ms\.?|Miss)\s+{_CAPITALS}"
)
# A capitalised word inside a sentence, or two capitalised words in a row anywhere.
_NAME: Final = re.compile(rf"(?<!\w){_CAPITAL}(?:\s+{_CAPITAL})+|(?<=[\w,;:] ){_CAPITAL}(?!\w)")
_SURNAME: Final = re.compile(r"\w+(?:ић|ić|[oe]vic)(?:[ауau]|ем|em|ев\w{1,2}|ev\w{1,2}|к[аеиу]|k[aeiu])?")


def find_personal_data(text: str) -> list[PersonalDataHint]:
    """Possible personal data, without duplicates, in the order of the kinds and of the text."""
    found: list[PersonalDataHint] = []
    rest = text
    for kind, pattern in (
        (PersonalDataKind.EMAIL, _EMAIL),
        (PersonalDataKind.ACCOUNT, _ACCOUNT),
        (PersonalDataKind.PHONE, _PHONE),
        (PersonalDataKind.STREET, _STREET),
        (PersonalDataKind.SCHOOL, _SCHOOL),
        (PersonalDataKind.NAME, _PERSON),
        (PersonalDataKind.NAME, _NAME),
    ):
        found += [PersonalDataHint(kind, match.group()) for match in pattern.finditer(rest)]
        # Matched parts are removed, so that names are not found inside an e-mail address.
        rest = pattern.sub(" ", rest)
    return list(dict.fromkeys(found))


MAX_SHOWN: Final = 6
# Words that begin sentences, and words in names of institutions and towns.
_NO_NAMES_TEXT: Final = """
    ја ти он она ми ви они наш наша наше наши мој моја моје у на за са код из од по и а али ако кад када да не
    основна основне основној средња средње средњој школа школе гимназија гимназије србија београд ниш нови сад панел бела књига
    the our my we they new white paper school in at on if when safer internet centre
"""
_NO_NAMES: Final = frozenset(fold(word) for word in _NO_NAMES_TEXT.split())


def hints_for_author(*texts: str) -> list[PersonalDataHint]:
    """Possible personal data in texts for the person who writes or copies them, without duplicates, at most `MAX_SHOWN`."""
    found = dict.fromkeys(hint for text in texts for hint in find_personal_data(text))
    return [each for each in found if each.kind != PersonalDataKind.NAME or _identifies(each.text)][:MAX_SHOWN]


def _identifies(words: str) -> bool:
    """Return whether two or more words remain without the common words in `_NO_NAMES`, or one that is a surname."""
    names = [word for word in words.split() if fold(word) not in _NO_NAMES]
    return len(names) > 1 or any(_SURNAME.fullmatch(word) for word in names)
