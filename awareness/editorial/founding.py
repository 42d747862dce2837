"""Every organisation of the founding text, in its role and years: what the first migration loads."""

from typing import Final, NamedTuple


class PartnerFacts(NamedTuple):
    """One row: role, first and last year (None while it lasts), Serbian and English name and note."""

    role: str
    since: int
    until: int | None
    name_sr: str
    name_en: str
    note_sr: str = ""
    note_en: str = ""


PARTNERS: Final[tuple[PartnerFacts, ...]] = (
    PartnerFacts("consortium", 2013, None, "Фондација Фонд Б92", "Foundation Fund B92"),
    PartnerFacts(
        "consortium",
        2013,
        None,
        "Министарство трговине, туризма и телекомуникација Републике Србије",
        "Ministry of Trade, Tourism and Telecommunications of the Republic of Serbia",
    ),
    PartnerFacts(
        "consortium",
        2013,
        None,
        "Министарство унутрашњих послова Републике Србије",
        "Ministry of Interior of the Republic of Serbia",
    ),
    PartnerFacts(
        "forerunner",
        2009,
        2009,
        "Управа за Дигиталну агенду Министарства за телекомуникације и информационо друштво",
        "Digital Agenda Directorate of the Ministry for Telecommunications and Information Society",
        "Покренула је кампању „Кликни безбедно“, чији је Центар наставак.",
        "Launched the Click Safely campaign, which the Centre continues.",
    ),
    PartnerFacts(
        "funder",
        2013,
        2015,
        "Европска комисија",
        "European Commission",
        "Програм за безбеднији интернет (Safer Internet Programme)",
        "Safer Internet Programme",
    ),
    PartnerFacts("funder", 2015, 2016, "УНИЦЕФ Србија", "UNICEF Serbia"),
    PartnerFacts("funder", 2015, 2016, "Влада Уједињеног Краљевства", "UK Government"),
    PartnerFacts("funder", 2015, 2016, "Амбасада САД у Београду", "US Embassy in Belgrade"),
    PartnerFacts(
        "funder",
        2015,
        2016,
        "Министарство трговине, туризма и телекомуникација Републике Србије",
        "Ministry of Trade, Tourism and Telecommunications of the Republic of Serbia",
    ),
    PartnerFacts(
        "supporter", 2013, 2015, "Save the Children за северозападни Балкан", "Save the Children for North West Balkans"
    ),
    PartnerFacts("supporter", 2013, 2015, "Фондација OAK", "OAK Foundation"),
    PartnerFacts("supporter", 2013, 2015, "Теленор Србија", "Telenor Serbia"),
    PartnerFacts("supporter", 2013, 2015, "Телеком Србија", "Telekom Serbia"),
    PartnerFacts(
        "supporter",
        2013,
        2015,
        "Регистар националног интернет домена Србије",
        "Serbian National Internet Domain Registry",
    ),
    PartnerFacts("supporter", 2013, 2015, "Dräger Technics Београд", "Dräger Technics Belgrade"),
    PartnerFacts("supporter", 2013, 2015, "Compact Industry Свилајнац", "Compact Industry Svilajnac"),
    PartnerFacts("supporter", 2013, 2015, "Издаваштво Самиздат Б92", "Publishing Division Samizdat B92"),
    PartnerFacts(
        "network",
        2013,
        None,
        "INHOPE, међународно удружење линија за пријаву",
        "INHOPE, the International Association of Internet Hotlines",
        "Нет патрола је чланица од новембра 2013.",
        "Net Patrola has been a member since November 2013.",
    ),
)
