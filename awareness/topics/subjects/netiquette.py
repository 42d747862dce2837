"""Netiquette: good manners online: the topic as the portal began with it."""

from awareness.topics.subjects.shape import Both, FoundingAnswer, FoundingTopic

TOPIC = FoundingTopic(
    slug="netiquette",
    title=Both("Лепо понашање на мрежи", "Netiquette: good manners online"),
    summary=Both(
        "Иза сваког екрана је човек: пиши само оно што би и у лице могло да се каже.",
        "Behind every screen is a person: write only what you could also say to their face.",
    ),
    do_now=(
        Both(
            "Повређује те нечија порука? Сачекај пре него што одговориш.",
            "Does a message hurt you? Wait before you answer.",
        ),
        Both(
            "Твоја порука је некога повредила? Обриши је, извини се и питај како да поправиш.",
            "Has your message hurt somebody? Delete it, say sorry and ask how to make up for it.",
        ),
        Both(
            "Неко је објавио твоју слику без питања? Замоли да је уклони, а ако неће, пријави објаву у апликацији.",
            "Has somebody posted your picture without asking? Ask them to take it down, and if they will not, report the post in the app.",
        ),
    ),
    answers=(
        FoundingAnswer(
            audience="children",
            title=Both("Лепа реч пролази и кроз екран", "Kindness works through a screen"),
            lead=Both(
                "С друге стране екрана увек је неко.", "On the other side of the screen there is always somebody."
            ),
            steps=(
                Both(
                    "Прочитај још једном пре него што пошаљеш. Да ли би се то могло рећи у лице?",
                    "Read it once more before you send it. Could it be said face to face?",
                ),
                Both(
                    "Питај пре него што објавиш туђу слику и напиши чија је.",
                    "Ask before you post a picture of somebody else, and say whose it is.",
                ),
                Both(
                    "Грешка? Извини се и обриши. Тако раде храбри.",
                    "A mistake? Say sorry and delete it. That is what brave people do.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="parents",
            title=Both("Лепо понашање на мрежи", "Good manners online"),
            lead=Both(
                "Деца више уче из тога како пишете у породичној групи него из онога што им говорите.",
                "Children learn more from how you write in the family group than from what you tell them.",
            ),
            steps=(
                Both(
                    "Питајте дете пре него што објавите његову слику.", "Ask your child before you post their picture."
                ),
                Both(
                    "Договорите места без телефона: сто, спаваћа соба, ауто.",
                    "Agree on places without phones: the table, the bedroom, the car.",
                ),
                Both(
                    "Грешке се поправљају: извињењем, брисањем, разговором.",
                    "Mistakes can be mended: with an apology, by deleting, by talking.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="educators",
            title=Both("Правила одељења за групу", "Class rules for the group chat"),
            lead=Both(
                "Ученици се држе правила која су сами написали.", "Pupils keep the rules they have written themselves."
            ),
            steps=(
                Both("Напишите заједно пет правила и потпишите их.", "Write five rules together and sign them."),
                Both(
                    "Договорите тихе сате: без порука после девет увече.",
                    "Agree on quiet hours: no messages after nine in the evening.",
                ),
                Both(
                    "Учите их да наведу извор: чија је слика, под којом лиценцом и како се потписује.",
                    "Teach sources: whose picture it is, under which licence, how it is credited.",
                ),
            ),
        ),
    ),
)
