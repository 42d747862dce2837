"""Privacy settings: the topic as the portal began with it."""

from awareness.topics.subjects.shape import Both, FoundingAnswer, FoundingTopic

TOPIC = FoundingTopic(
    slug="privacy-settings",
    title=Both("Подешавања приватности", "Privacy settings"),
    summary=Both(
        "Неколико додира у подешавањима одлучује ко те види, ко ти пише и ко зна где си.",
        "A few taps in the settings decide who sees you, who writes to you and who knows where you are.",
    ),
    do_now=(
        Both(
            "Отвори подешавања апликације коју највише користиш и нека профил буде приватан.",
            "Open the settings of the app you use most and make the profile private.",
        ),
        Both(
            "Искључи дељење локације и поруке од непознатих.",
            "Switch off location sharing and messages from strangers.",
        ),
        Both(
            "Погледај на којим уређајима је твој налог отворен и одјави оне које не познајеш.",
            "Look at which devices your account is open on and sign out those you do not know.",
        ),
    ),
    answers=(
        FoundingAnswer(
            audience="children",
            title=Both("Пет минута који те чувају", "Five minutes that look after you"),
            lead=Both(
                "Апликација на почетку обично показује све свима. Ти одлучујеш ко шта види.",
                "At first an app usually shows everything to everybody. You decide who sees what.",
            ),
            steps=(
                Both(
                    "Нека твој профил буде приватан. Прођи кроз листу пратилаца и задржи само оне које познајеш.",
                    "Make your profile private and go through your followers: keep the ones you know.",
                ),
                Both(
                    "Искључи локацију за камеру и за апликације којима није потребна.",
                    "Switch off location for the camera and for apps that do not need it.",
                ),
                Both(
                    "Провери поново свако полугодиште: ажурирања знају да промене подешавања.",
                    "Check again every half-year: updates like to change settings.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="parents",
            title=Both("Подешавања приватности", "Privacy settings"),
            lead=Both(
                "Четврт сата заједно вреди више од сваке апликације за надзор.",
                "A quarter of an hour spent together is worth more than any monitoring app.",
            ),
            steps=(
                Both(
                    "Профил приватан, поруке само од пријатеља, локација искључена.",
                    "Private profile, messages from friends only, location off.",
                ),
                Both(
                    "Одвојени налози: дечји има своја ограничења за узраст и куповину.",
                    "Separate accounts: the child's own has its limits for age and purchases.",
                ),
                Both(
                    "Ако користите родитељски надзор, реците то детету: тајни надзор руши поверење.",
                    "If you use parental controls, tell your child: secret monitoring breaks trust.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="educators",
            title=Both("Подешавања за домаћи", "Settings as homework"),
            lead=Both(
                "Ученици с родитељем провере подешавања једне апликације и донесу шта су променили, а не своје податке.",
                "With a parent, pupils check the settings of one app and bring back what they changed, not their data.",
            ),
            steps=(
                Both(
                    "Три питања: ко види мој профил, ко сме да ми пише, ко зна где сам?",
                    "Three questions: who sees my profile, who may write to me, who knows where I am?",
                ),
                Both(
                    "Млађи: нацртајте кућу с вратима. Која су врата за кога?",
                    "Younger pupils: draw a house with doors. Which door is for whom?",
                ),
                Both(
                    "Старији: прочитајте политику приватности једне апликације и нађите у њој три чињенице.",
                    "Older pupils: read the privacy policy of one app and find three facts in it.",
                ),
            ),
        ),
    ),
)
