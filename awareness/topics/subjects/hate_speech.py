"""Hate speech: the topic as the portal began with it."""

from awareness.topics.subjects.shape import Both, FoundingAnswer, FoundingTopic

TOPIC = FoundingTopic(
    slug="hate-speech",
    report_category="hate-speech",
    title=Both("Говор мржње", "Hate speech"),
    summary=Both(
        "Напад на људе због онога што јесу није мишљење: не мораш да га трпиш, ни да га преносиш.",
        "Attacking people for what they are is not an opinion: you need neither put up with it nor pass it on.",
    ),
    do_now=(
        Both(
            "Напад је усмерен на тебе? Реци одраслој особи којој верујеш.",
            "Is the attack aimed at you? Tell an adult you trust.",
        ),
        Both(
            "Не дели и не одговарај: свака реакција га гура даље.",
            "Do not share and do not answer: every reaction pushes it further.",
        ),
        Both(
            "Сачувај адресу и снимак екрана, па пријави објаву у апликацији.",
            "Keep the address and a screenshot, then report the post in the app.",
        ),
        Both(
            "Позив на насиље или мржњу пријави Нет патроли, а непосредну претњу полицији: 192.",
            "Report calls for violence or hatred to Net Patrola, and an immediate threat to the police: 192.",
        ),
        Both(
            "Јави се ономе ко је нападнут: једна лепа реченица много значи.",
            "Write to the one who is attacked: one kind sentence means a lot.",
        ),
    ),
    answers=(
        FoundingAnswer(
            audience="children",
            title=Both("Речи које од људи праве мету", "Words that turn people into targets"),
            lead=Both(
                "Песма или клуб не морају да ти се допадну. Говор мржње напада људе због онога што јесу: нације, вере, боје коже, инвалидитета, пола.",
                "You may dislike a song or a club. Hate speech attacks people for what they are: nation, faith, skin colour, disability, sex.",
            ),
            steps=(
                Both(
                    "Не лајкуј и не дели, ни из шале: од дељења расте.",
                    "Do not like it and do not share it, not even as a joke: sharing feeds it.",
                ),
                Both(
                    "Стани уз онога кога нападају, макар једном лепом реченицом.",
                    "Stand by the one who is attacked, if only with one kind sentence.",
                ),
                Both(
                    "Пријави у апликацији, а ако позива на насиље, и Нет патроли.",
                    "Report it in the app, and if it calls for violence, to Net Patrola too.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="parents",
            title=Both("Говор мржње", "Hate speech"),
            lead=Both(
                "Дете га прво понавља, па се на њега навикне. Код куће речи добијају тежину.",
                "A child first repeats it, then gets used to it. At home words get their weight.",
            ),
            steps=(
                Both(
                    "Питајте одакле је шала и ко је у њој мета.",
                    "Ask where the joke comes from, and who is its target.",
                ),
                Both(
                    "Покажите разлику између мишљења и напада на људе због порекла, вере или инвалидитета.",
                    "Show the difference between an opinion and an attack on people for their origin, faith or disability.",
                ),
                Both(
                    "Позивање на мржњу или насиље пријавите: Кривични законик га кажњава (чл. 317).",
                    "Report calls for hatred or violence: the Criminal Code punishes them (art. 317).",
                ),
            ),
        ),
        FoundingAnswer(
            audience="educators",
            title=Both("Говор мржње и слобода говора", "Hate speech and freedom of speech"),
            lead=Both(
                "Граница иде између мишљења о идеји и напада на људе.",
                "The line runs between an opinion on an idea and an attack on people.",
            ),
            steps=(
                Both(
                    "Разврстајте десет измишљених реченица: мишљење, увреда, говор мржње. О граничним разговарајте.",
                    "Sort ten invented sentences: opinion, insult, hate speech. Discuss the ones on the border.",
                ),
                Both(
                    "Без стварних имена, без клубова, без цитата ученика.",
                    "No real names, no clubs, no quotes from pupils.",
                ),
                Both(
                    "Завршите одговором на мржњу: свако напише једну реченицу подршке.",
                    "End with counter-speech: everybody writes one sentence of support.",
                ),
            ),
        ),
    ),
)
