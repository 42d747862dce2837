"""Social networks: the topic as the portal began with it."""

from awareness.topics.subjects.shape import Both, FoundingAnswer, FoundingTopic

TOPIC = FoundingTopic(
    slug="social-networks",
    title=Both("Друштвене мреже", "Social networks"),
    summary=Both(
        "Друштвене мреже спајају људе и крију замке: ко зна правила игре, боље се забавља и мирније спава.",
        "Social networks bring people together and set traps: who knows the rules of the game has more fun and sleeps better.",
    ),
    do_now=(
        Both(
            "Налог је отет? Затражи га назад у апликацији, промени лозинку и јави пријатељима да не верују порукама у твоје име.",
            "Has your account been taken? Ask for it back in the app, change the password, and tell friends not to trust messages in your name.",
        ),
        Both(
            "Лажан профил с твојим именом? Реци одраслој особи, направи снимак екрана и пријави профил у апликацији као лажно представљање. Интимне слике не снимај.",
            "A fake profile in your name? Tell an adult, take a screenshot and report the profile in the app as impersonation. Do not screenshot intimate pictures.",
        ),
        Both(
            "Опасан изазов? Реци одраслој особи да кружи, не учествуј и не дели га.",
            "A dangerous challenge? Tell an adult that it is going round, do not join and do not share it.",
        ),
    ),
    answers=(
        FoundingAnswer(
            audience="children",
            title=Both("Твоја мрежа, твоја правила", "Your network, your rules"),
            lead=Both(
                "Мреже су направљене да на њима останеш што дуже. Лакше је кад знаш за тај трик.",
                "Networks are built to make you stay as long as possible. It gets easier once you know the trick.",
            ),
            steps=(
                Both(
                    "Ти бираш кад гледаш: искључи обавештења, а телефон нека спава ван кревета.",
                    "You choose when you look: switch off notifications, and let the phone sleep outside the bed.",
                ),
                Both(
                    "Слике су намештене. Не пореди свој живот с туђим најбољим минутом.",
                    "Pictures are staged. Do not compare your life with somebody else's best minute.",
                ),
                Both(
                    "Изазов у коме неко може да се повреди није изазов. Прескочи га.",
                    "A challenge that can hurt somebody is not a challenge. Skip it.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="parents",
            title=Both("Друштвене мреже", "Social networks"),
            lead=Both(
                "Већина мрежа је за старије од 13 година, а ни тада није све на њима за тај узраст.",
                "Most networks are for people over 13, and even then not everything on them suits that age.",
            ),
            steps=(
                Both(
                    "Нека Вам дете покаже шта гледа и зашто. Питајте, не испитујте.",
                    "Let your child show you what they watch, and why. Ask, do not interrogate.",
                ),
                Both(
                    "Време договорите заједно, па га се држите и Ви.",
                    "Agree on the hours together, and keep to them yourself.",
                ),
                Both(
                    "Пратите сан, школу и друштво: ако трпе, прво мењајте навику, па тек онда браните апликацију.",
                    "Watch sleep, school and friends: if they suffer, change the habit before you ban the app.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="educators",
            title=Both("Друштвене мреже као тема часа", "Social networks as a subject"),
            lead=Both(
                "Ученици знају дугмад, Ви знате људе. Нека једни уче друге.",
                "Pupils know the buttons, you know people. Let each teach the other.",
            ),
            steps=(
                Both(
                    "„Зашто ми се баш ово приказује?“ Објасните препоруке картицама: што дуже гледаш, то више добијаш.",
                    "“Why am I shown this?” Explain recommendations with cards: the longer you look, the more of it you get.",
                ),
                Both(
                    "Проверите једну вирусну тврдњу: ко ју је први објавио, када и где још.",
                    "Check one viral claim: who published it first, when, and where else.",
                ),
                Both(
                    "Интернет у настави користите слободно, са циљем и договореним временом.",
                    "Use the internet in class freely, with an aim and an agreed time.",
                ),
            ),
        ),
    ),
)
