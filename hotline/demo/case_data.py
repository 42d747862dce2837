"""The made-up cases of a demonstration: harmless addresses under reserved domains, what is said of them, and what became of them."""

from typing import NamedTuple

from hotline.models import ActionKind, Category, Route

NOT_ILLEGAL = {"classification": "not_illegal"}
HOURS_APART = 31


class Case(NamedTuple):
    """One made-up case; `answers` None sets it aside as spam, `actions` are recorded where it is illegal.

    One with a `reference` was sent by a partner, one with a `subject` by e-mail; one that came `by_telephone` is looked at twice. One with
    an `iccam_id` went to a partner hotline, or came `from_iccam`; one that is `packed` goes to the police as a package. With `routes` it
    was handed over, and is watched since; `gone_after` so many hours it was not there any more. `told`: notices went to its host.
    One that is `suspected` has a picture (a drawn shape) at which somebody pressed the button: a supervisor hands it over.
    """

    category: Category
    language: str
    addresses: str
    what: str
    answers: dict[str, str] | None
    actions: tuple[ActionKind, ...] = ()
    reply: str = ""
    reference: str = ""
    subject: str = ""
    by_telephone: bool = False
    iccam_id: int = 0
    from_iccam: bool = False
    packed: bool = False
    routes: tuple[Route, ...] = ()
    gone_after: int | None = None
    told: bool = False
    suspected: bool = False


class Waiting(NamedTuple):
    """A case that nobody has ended yet: it came so many hours ago, and so many people have assessed it."""

    hours: int
    case: Case
    opinions: int = 0


def _illegal(classification: str) -> dict[str, str]:
    return {"classification": classification, "age": "not_determined", "gender": "undetermined"}


CASES = (
    Case(
        Category.CYBERBULLYING,
        "sr",
        "https://profil.example.org/lazni-nalog",
        "Неко је направио лажни налог са мојим именом и пише ружне ствари другима из разреда.",
        _illegal("cyberbullying"),
        (ActionKind.HOST,),
        "Хвала што нам се јављаш. Налог смо пријавили мрежи. Ако ти неко прети, реци одраслој особи и позовите 192.",
        told=True,
        suspected=True,
    ),
    Case(
        Category.HATE_SPEECH,
        "sr",
        "https://forum.example.net/tema/17",
        "У теми се позива на насиље према једној групи људи.",
        _illegal("hate_speech"),
        (ActionKind.POLICE, ActionKind.HOST),
    ),
    Case(Category.HATE_SPEECH, "sr-latn", "forum.example.net/tema/21", "Uvrede u komentarima.", NOT_ILLEGAL),
    Case(
        Category.OTHER,
        "en",
        "https://shop.example.com/prize",
        "A page says I have won a phone and wants a card number.",
        {"classification": "outside_remit"},
        (),
        "Thank you. This is fraud rather than content that harms children; please report it to the police (192) too.",
    ),
    Case(
        Category.CSAM,
        "sr",
        "hxxps://album[.]example[.]org/a/204",
        "Наишао сам на ову адресу у групи; нисам отварао даље.",
        _illegal("national_csam"),
        (ActionKind.POLICE, ActionKind.REMOVED),
    ),
    Case(
        Category.CSAM,
        "en",
        "https://album.example.org/a/205",
        "Linked from the page I reported before.",
        _illegal("national_csam"),
        (ActionKind.PARTNER,),
        iccam_id=820_436,
    ),
    Case(
        Category.CSAM,
        "sr",
        f"http://{'primer' * 9}aa.onion/a/7",
        "Адреса је стајала у једној групи; нисам је отварао.",
        _illegal("baseline_csam"),
        packed=True,
    ),
    Case(
        Category.CSAM,
        "sr",
        "https://album.example.org/a/310",
        "Послао ми је непознат човек; нисам отварао.",
        _illegal("national_csam"),
        routes=(Route.ICCAM,),
        gone_after=HOURS_APART,
    ),
    Case(
        Category.HATE_SPEECH,
        "sr",
        "https://forum.example.net/tema/52",
        "Позивају да се нападну људи испред једне школе.",
        _illegal("hate_speech"),
        routes=(Route.HOST,),
    ),
    Case(
        Category.CSAM, "sr-latn", "https://cdn.example.net/x/9", "Link ne radi uvek.", {"classification": "not_found"}
    ),
    Case(Category.OTHER, "en", "https://casino.example.com/", "BEST BONUS CLICK NOW", None),
    Case(
        Category.CYBERBULLYING,
        "sr",
        "https://video.example.org/v/rugalica",
        "Снимак ругања из школског дворишта.",
        _illegal("cyberbullying"),
        (ActionKind.REMOVED,),
        "Снимак је уклоњен. Ваша школа има тим за заштиту од насиља: обратите му се.",
    ),
    Case(Category.CYBERBULLYING, "sr", "https://chat.example.org/grupa/6", "Избацили су ме из групе.", NOT_ILLEGAL),
    Case(
        Category.CYBERBULLYING,
        "sr",
        "chat.example.org/grupa/8",
        "Мајка зове: ћерку искључују из разредне групе и објављују њене поруке.",
        NOT_ILLEGAL,
        by_telephone=True,
    ),
    Case(
        Category.CSAM,
        "en",
        "https://files.example.net/d/77",
        "Reported to us by a user of our network.",
        _illegal("national_csam"),
        (ActionKind.HOST, ActionKind.REMOVED),
        reference="PP-2026-0117",
        told=True,
    ),
    Case(
        Category.HATE_SPEECH,
        "sr",
        "https://forum.example.net/tema/33",
        "Пријава нашег корисника.",
        NOT_ILLEGAL,
        reference="PP-2026-0121",
    ),
    Case(
        Category.HATE_SPEECH,
        "sr",
        "",
        "Поштовани,\n\nна овој страници се вређају људи због вере: hxxps://forum[.]example[.]net/tema/38\n\nХвала на раду.",
        NOT_ILLEGAL,
        (),
        "Хвала на пријави. Увреде ове врсте нису забрањене; пријавили смо их уреднику форума.",
        subject="Вређање на форуму",
    ),
    Case(
        Category.CYBERBULLYING,
        "en",
        "",
        "Hello, my sister's account was copied: https://profil.example.org/kopija-7. The picture shows what it looks like.",
        _illegal("cyberbullying"),
        (ActionKind.REMOVED,),
        subject="Copied profile",
    ),
    Case(
        Category.CSAM,
        "en",
        "https://forum.example.net/tema/44",
        "Found by a partner hotline while it looked at another forum.",
        _illegal("national_csam"),
        (ActionKind.POLICE, ActionKind.HOST, ActionKind.REMOVED),
        iccam_id=820_512,
        from_iccam=True,
    ),
)

WAITING = (
    Waiting(
        26,
        Case(
            Category.CYBERBULLYING,
            "sr",
            "https://video.example.org/v/odmor-12",
            "Снимили су како се ругају дечаку из мог одељења и деле снимак по школи.",
            _illegal("cyberbullying"),
        ),
        opinions=2,
    ),
    Waiting(
        21,
        Case(
            Category.HATE_SPEECH,
            "sr-latn",
            "https://forum.example.net/tema/61",
            "Pozivaju da se istuku navijači koji dolaze u subotu.",
            _illegal("hate_speech"),
        ),
        opinions=1,
    ),
    Waiting(
        7,
        Case(
            Category.CYBERBULLYING,
            "sr",
            "https://profil.example.org/ismevanje-8",
            "Неко поставља моје слике и тражи да му други дају оцене.",
            None,
        ),
    ),
    Waiting(
        3,
        Case(
            Category.OTHER,
            "en",
            "https://shop.example.com/coins",
            "It sells game coins to children for card numbers.",
            None,
        ),
    ),
    Waiting(
        1,
        Case(
            Category.HATE_SPEECH,
            "sr",
            "https://forum.example.net/tema/64",
            "Вређају људе због вере и траже да се иселе.",
            None,
        ),
    ),
)
