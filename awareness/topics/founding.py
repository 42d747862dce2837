"""Help lines and services of the founding data: what a migration loads, and what a page falls back on without the database."""

from typing import Final, TypedDict

from django.db.models import Model


class SignpostFacts(TypedDict):
    """One help line in both written languages; `phone` as dialled. `hours_*` is empty where the line is open day and night, and where no source confirms hours."""

    slug: str
    title_sr: str
    title_en: str
    description_sr: str
    description_en: str
    phone: str
    free: bool
    around_the_clock: bool
    hours_sr: str
    hours_en: str
    crisis: bool
    source: str
    order: int


class RemovalServiceFacts(TypedDict):
    """One service that takes pictures down, in both written languages."""

    slug: str
    title: str
    description_sr: str
    description_en: str
    url: str
    order: int


SIGNPOSTS: Final[tuple[SignpostFacts, ...]] = (
    {
        "slug": "police",
        "title_sr": "Полиција",
        "title_en": "Police",
        "description_sr": "Позовите одмах ако је неко у опасности: дете које неко управо повређује, прети му или га уцењује, сусрет "
        "који треба спречити.",
        "description_en": "Call at once if somebody is in danger: a child who is being hurt, threatened or blackmailed right now, a "
        "meeting that must be prevented.",
        "phone": "192",
        "free": True,
        "around_the_clock": True,
        "hours_sr": "",
        "hours_en": "",
        "crisis": False,
        "source": "Emergency number of the Ministry of Interior (mup.gov.rs)",
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
        "hours_sr": "",
        "hours_en": "",
        "crisis": False,
        "source": "Free call: the ministry (pametnoibezbedno.gov.rs). Hours: not confirmed, none are shown",
        "order": 2,
    },
    {
        "slug": "nadel",
        "title_sr": "НАДЕЛ, национална дечја линија",
        "title_en": "NADEL, the national child helpline",
        "description_sr": "Разговор за децу и младе. Не мораш да кажеш како се зовеш.",
        "description_en": "Somebody to talk to for children and young people. You do not have to say your name.",
        "phone": "116111",
        "free": True,
        "around_the_clock": True,
        "hours_sr": "",
        "hours_en": "",
        "crisis": False,
        "source": "Ministry of Labour (minrzs.gov.rs, 17 May): free, 24 hours, 365 days",
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
        "free": True,
        "around_the_clock": True,
        "hours_sr": "",
        "hours_en": "",
        "crisis": False,
        "source": "ASTRA (astra.rs): 24 hours, 7 days; free from landlines and the three mobile networks",
        "order": 4,
    },
    {
        "slug": "ambulance",
        "title_sr": "Хитна помоћ",
        "title_en": "Emergency medical service",
        "description_sr": "Позовите одмах ако је неко покушао себи да одузме живот, или говори да ће то сада учинити. Останите с том особом.",
        "description_en": "Call at once if somebody has tried to take their own life, or says that they will do it now. Stay with them.",
        "phone": "194",
        "free": True,
        "around_the_clock": True,
        "hours_sr": "",
        "hours_en": "",
        "crisis": True,
        "source": "Emergency number of the public health service",
        "order": 5,
    },
    {
        "slug": "suicide-prevention",
        "title_sr": "Национална линија за превенцију самоубиства",
        "title_en": "National suicide prevention line",
        "description_sr": "Кад је тешко да се живи, и кад бринете за неког другог. Јављају се стручни људи клинике „Др Лаза Лазаревић“; "
        "изаберите 1.",
        "description_en": "When it is hard to go on living, and when you worry about somebody else. Professionals of the Clinic “Dr Laza "
        "Lazarević” answer; choose 1.",
        "phone": "0800309309",
        "free": True,
        "around_the_clock": True,
        "hours_sr": "",
        "hours_en": "",
        "crisis": True,
        "source": "Ministry of Health and the clinic: 0800 309 309, option 1, free, 0-24",
        "order": 6,
    },
    {
        "slug": "srce",
        "title_sr": "Центар „Срце“",
        "title_en": "Centre “Srce”",
        "description_sr": "Разговор с добровољцима који слушају и не деле савете. Не мора да се каже име.",
        "description_en": "Somebody to talk to: volunteers who listen and do not lecture. No name is needed.",
        "phone": "0800300303",
        "free": True,
        "around_the_clock": False,
        "hours_sr": "сваког дана од 14 до 23 ч",
        "hours_en": "every day from 14:00 to 23:00",
        "crisis": True,
        "source": "centarsrce.org: every day 14-23 h, free",
        "order": 7,
    },
)

REMOVAL_SERVICES: Final[tuple[RemovalServiceFacts, ...]] = (
    {
        "slug": "take-it-down",
        "title": "Take It Down",
        "description_sr": "За голе или сексуалне слике и снимке настале пре осамнаесте године. На сопственом уређају се прави отисак "
        "слике, а сама слика се никоме не шаље. Платформе које учествују по отиску проналазе и уклањају копије. Бесплатно, без имена. "
        "Води га NCMEC (САД).",
        "description_en": "For nude or sexual pictures and videos taken before the age of 18. A fingerprint of the picture is made on "
        "your own device; the picture itself is sent to nobody. Platforms that take part find and remove copies by the fingerprint. "
        "Free, no name needed. Run by NCMEC (USA).",
        "url": "https://takeitdown.ncmec.org/",
        "order": 1,
    },
    {
        "slug": "stopncii",
        "title": "StopNCII.org",
        "description_sr": "За интимне слике и снимке одраслих, настале с 18 година или касније. Ради исто тако: слика остаје на "
        "сопственом уређају, а платформама се шаље само њен отисак. Бесплатно. Води га SWGfL (Велика Британија).",
        "description_en": "For intimate pictures and videos of adults, taken at the age of 18 or later. It works in the same way: the "
        "picture stays on your own device, and only its fingerprint is sent to platforms. Free. Run by SWGfL (United Kingdom).",
        "url": "https://stopncii.org/",
        "order": 2,
    },
)


def known_to(model: type[Model], facts: SignpostFacts | RemovalServiceFacts) -> dict[str, object]:
    """`facts` with their Serbian texts as default, without the columns that `model` does not have at this migration."""
    defaults = {name.removesuffix("_sr"): text for name, text in facts.items() if name.endswith("_sr")}
    columns = {field.name for field in model._meta.get_fields()}
    return {name: value for name, value in (defaults | dict(facts)).items() if name in columns}
