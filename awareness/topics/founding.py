"""The help lines known when the Centre's portal was founded: what the first migration loads, and what a page falls back on."""

from typing import Final, TypedDict


class SignpostFacts(TypedDict):
    """One help line in both written languages; `phone` as dialled."""

    slug: str
    title_sr: str
    title_en: str
    description_sr: str
    description_en: str
    phone: str
    free: bool
    around_the_clock: bool
    order: int


SIGNPOSTS: Final[tuple[SignpostFacts, ...]] = (
    {
        "slug": "police",
        "title_sr": "Полиција",
        "title_en": "Police",
        "description_sr": "Позовите одмах ако је неко у опасности: дете које неко управо повређује, прети му или га уцењује, сусрет "
        "који треба спречити, најава самоповређивања.",
        "description_en": "Call at once if somebody is in danger: a child who is being hurt, threatened or blackmailed right now, a "
        "meeting that must be prevented, somebody who says they will harm themselves.",
        "phone": "192",
        "free": False,
        "around_the_clock": False,
        "order": 1,
    },
    {
        "slug": "contact-centre",
        "title_sr": "Национални контакт центар за безбедност деце на интернету",
        "title_en": "National Contact Centre for child safety on the internet",
        "description_sr": "Савет за децу, родитеље и школе: шта да урадите, како да подесите и коме да се обратите. Ради од 27. фебруара 2017.",
        "description_en": "Advice for children, parents and schools: what to do, which settings to change, whom to turn to. Open since "
        "27 February 2017.",
        "phone": "19833",
        "free": True,
        "around_the_clock": False,
        "order": 2,
    },
    {
        "slug": "nadel",
        "title_sr": "НАДЕЛ, национална дечја линија",
        "title_en": "NADEL, the national child helpline",
        "description_sr": "Разговор за децу и младе, у свако доба дана и ноћи. Не мораш да кажеш како се зовеш.",
        "description_en": "Somebody to talk to for children and young people, at any hour. You do not have to say your name.",
        "phone": "116111",
        "free": True,
        "around_the_clock": True,
        "order": 3,
    },
    {
        "slug": "missing-children",
        "title_sr": "Нестала деца",
        "title_en": "Missing children",
        "description_sr": "Дете се није вратило или је отишло на сусрет с неким кога је упознало на интернету. Не чекајте да прођу 24 сата.",
        "description_en": "A child has not come back, or has gone to meet somebody known only from the internet. Do not wait for 24 "
        "hours to pass.",
        "phone": "116000",
        "free": False,
        "around_the_clock": False,
        "order": 4,
    },
)
