"""Intimate pictures and blackmail: the topic as the portal began with it."""

from awareness.topics.subjects.shape import Both, FoundingAnswer, FoundingTopic

TOPIC = FoundingTopic(
    slug="sexting-blackmail",
    removal_services=True,
    title=Both("Интимне слике и уцена", "Intimate pictures and blackmail"),
    summary=Both(
        "Ако неко прети твојом сликом, крив је онај ко прети, а не ти. Уз помоћ се из тога излази.",
        "If somebody threatens you with your picture, the one who threatens is to blame, not you. With help there is a way out.",
    ),
    do_now=(
        Both(
            "Реци одраслој особи којој верујеш и зовите полицију: 192. Нема никога? Позови 116111.",
            "Tell an adult you trust and call the police together: 192. Is there no adult near you? Call 116111.",
        ),
        Both(
            "Не плаћај и не шаљи нове слике: уцена тиме не престаје.",
            "Do not pay and do not send new pictures: blackmail does not stop with that.",
        ),
        Both(
            "Сачувај поруке, корисничко име и адресу налога. Интимну слику не снимај са екрана и не шаљи никоме.",
            "Keep the messages, the user name and the address of the account. Do not screenshot the intimate picture or send it to anybody.",
        ),
        Both(
            "Тек онда блокирај налог и пријави га у апликацији. Слика је већ на мрежи? Пријави њену адресу и Нет патроли.",
            "Only then block the account and report it in the app. Is the picture online already? Report its address to Net Patrola too.",
        ),
    ),
    answers=(
        FoundingAnswer(
            audience="children",
            title=Both("Твоје тело, твоја правила", "Your body, your rules"),
            lead=Both(
                "Нико нема право да тражи слику твог тела: ни момак, ни девојка, ни друштво. „Не“ је цела реченица.",
                "Nobody has the right to ask for a picture of your body: no boyfriend, no girlfriend, no friends. “No” is a whole sentence.",
            ),
            steps=(
                Both(
                    "„Ако ме волиш, пошаљи“ није љубав. То је притисак.",
                    "“If you love me, send it” is not love. It is pressure.",
                ),
                Both(
                    "Стигла ти је туђа слика? Реци одраслој особи и не шаљи је даље. Тако прекидаш ланац.",
                    "Has somebody else's picture reached you? Tell an adult and do not send it on. That breaks the chain.",
                ),
                Both(
                    "Слика је већ отишла? Није крај света, и није твоја кривица ако је неко злоупотреби. Затражи помоћ данас.",
                    "Has a picture gone out already? It is not the end of the world, and not your fault if somebody misuses it. Ask for help today.",
                ),
                Both(
                    "Прете ти сликом? Реци одраслој особи, не плаћај и не бриши разговор.",
                    "Does somebody threaten you with a picture? Tell an adult, do not pay, and do not delete the conversation.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="parents",
            title=Both("Прво загрљај, па питања", "First a hug, then questions"),
            lead=Both(
                "Уцењено дете се најчешће плаши Ваше реакције. Од ње зависи да ли ће рећи све.",
                "A child who is blackmailed mostly fears your reaction. On it depends whether you are told everything.",
            ),
            steps=(
                Both(
                    "Реците: „Добро је што ми то кажеш, и није твоја кривица.“",
                    "Say: “It is good that you tell me, and it is not your fault.”",
                ),
                Both(
                    "Не плаћајте и не преговарајте. Сачувајте поруке, корисничка имена и адресе, а слике не преузимајте, не снимајте са екрана и не прослеђујте.",
                    "Do not pay and do not negotiate. Keep the messages, user names and addresses, but do not download, screenshot or forward pictures.",
                ),
                Both(
                    "Позовите полицију (192) и пријавите адресе у апликацији и Нет патроли.",
                    "Call the police (192) and report the addresses in the app and to Net Patrola.",
                ),
                Both(
                    "Разговарајте и пре него што се нешто деси: о пристанку, о притиску и о томе да Вам се увек може рећи све.",
                    "Talk before anything happens: about consent, about pressure, and that you can always be told everything.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="educators",
            title=Both("Разговор о пристанку", "A lesson on consent"),
            lead=Both(
                "Тема је поверење и притисак, а не телефон. Без слика и без примера из одељења.",
                "The subject is trust and pressure, not the phone. No pictures, and no examples from the class.",
            ),
            steps=(
                Both(
                    "Вежба: пет порука с притиском („сви то раде“), а ученици пишу одговоре који чувају границу.",
                    "Exercise: five messages with pressure (“everybody does it”), and pupils write answers that hold the line.",
                ),
                Both(
                    "Посебно питање: шта ради онај коме слика стигне? Каже одраслој особи и не дели је.",
                    "A question of its own: what should a pupil do who receives the picture? Tell an adult and not share it.",
                ),
                Both(
                    "Ученик Вам се повери: слику не гледајте и не копирајте, и истог дана обавестите тим за заштиту.",
                    "A pupil confides in you: do not look at or copy the picture, and tell the protection team the same day.",
                ),
                Both(
                    "Окривљавање жртве зауставите одмах: одговоран је онај ко прети и ко дели.",
                    "Stop the blaming of victims at once: whoever threatens and whoever shares is responsible.",
                ),
            ),
        ),
    ),
)
