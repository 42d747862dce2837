"""Screen time and gaming: the topic as the portal began with it."""

from awareness.topics.subjects.shape import Both, FoundingAnswer, FoundingTopic

TOPIC = FoundingTopic(
    slug="screen-time",
    title=Both("Време пред екраном и игре", "Screen time and gaming"),
    summary=Both(
        "Екрани и игре су забава докле год остаје места за сан, друштво и све остало што волиш.",
        "Screens and games are fun as long as they leave room for sleep, friends and everything else you love.",
    ),
    do_now=(
        Both(
            "Тешко ти је да станеш? Договори се с укућанима: последњи сат пред спавање је без екрана, а телефон спава ван собе.",
            "Is it hard to stop? Agree at home: the last hour before sleep is without screens, and the phone sleeps outside the bedroom.",
        ),
        Both(
            "Неко те вређа у игри? Утишај, блокирај и пријави играча у самој игри.",
            "Does somebody insult you in a game? Mute, block and report the player in the game itself.",
        ),
        Both(
            "Новац је отишао на куповину у игри? Реци родитељима, сачувај потврду и затражите повраћај од продавнице.",
            "Has money gone on purchases in a game? Tell your parents, keep the receipt and ask the store for a refund together.",
        ),
        Both(
            "Игра ти дуже време квари сан, школу или расположење? Поразговарај са школским психологом или позови 116111.",
            "Has a game been spoiling your sleep, school or mood for a while? Talk to the school psychologist or call 116111.",
        ),
    ),
    answers=(
        FoundingAnswer(
            audience="children",
            title=Both("Игра је твоја, и време је твоје", "The game is yours, and so is the time"),
            lead=Both(
                "Игре су прављене да кажеш „још само једна“. Кад то знаш, лакше бираш кад је доста.",
                "Games are made so that you say “just one more”. Once you know that, it is easier to choose when it is enough.",
            ),
            steps=(
                Both(
                    "Пре него што почнеш, одлучи докле играш и навиј аларм.",
                    "Before you start, decide how long you will play and set an alarm.",
                ),
                Both(
                    "Спавање, јело, школа и друштво уживо имају предност. Игра ће те сачекати.",
                    "Sleep, food, school and friends in real life come first. The game will wait for you.",
                ),
                Both(
                    "Кутије с изненађењем у игри су као лутрија: скоро увек добија продавац. Питај пре сваке куповине.",
                    "Surprise boxes in a game are like a lottery: the seller nearly always wins. Ask before every purchase.",
                ),
                Both(
                    "С непознатима причај само о игри. Име, школа и слике нису део игре.",
                    "With strangers talk about the game only. Your name, school and pictures are not part of it.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="parents",
            title=Both("Мање бројања минута, више договора", "Less counting of minutes, more agreement"),
            lead=Both(
                "Није свако време пред екраном исто: видео-позив с баком није исто што и три сата кратких снимака.",
                "Not all screen time is the same: a video call with grandma is not three hours of short clips.",
            ),
            steps=(
                Both(
                    "Гледајте шта екран истискује: сан, кретање, друштво. То говори више од броја сати.",
                    "Watch what the screen pushes out: sleep, movement, friends. That says more than the number of hours.",
                ),
                Both(
                    "Одиграјте једном заједно и питајте шта је у игри најбоље. Разговор почиње ту.",
                    "Play together once and ask what is best about the game. That is where the conversation begins.",
                ),
                Both(
                    "Проверите узраст игре (ознака PEGI), искључите куповину и ћаскање с непознатима.",
                    "Check the age rating of the game (PEGI), and switch off purchases and chat with strangers.",
                ),
                Both(
                    "Правила важе за све: за столом и у спаваћој соби телефона нема, ни Вашег.",
                    "The rules hold for everybody: no phone at the table or in the bedroom, yours included.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="educators",
            title=Both("Дневник једног дана", "The diary of one day"),
            lead=Both(
                "Ученици сами мере и сами закључују: бројеви убеде боље од придике.",
                "Pupils measure and conclude for themselves: numbers convince better than a sermon.",
            ),
            steps=(
                Both(
                    "Један дан свако бележи чему је екран служио: учењу, друштву, забави, досади. Белешке остају код ученика.",
                    "For one day everybody notes what the screen was for: learning, friends, fun, boredom. The notes stay with the pupils.",
                ),
                Both(
                    "У групама нађу три трика којима апликације задржавају пажњу: бескрајни низ, серије дана, награде.",
                    "In groups they find three tricks by which apps hold attention: the endless feed, streaks, rewards.",
                ),
                Both(
                    "Одељење бира један заједнички договор за недељу дана, па прича шта се променило.",
                    "The class chooses one agreement for a week and then tells what has changed.",
                ),
                Both(
                    "Ученик редовно спава на часу или губи занимање за све: разговор насамо, па родитељи и школски психолог.",
                    "A pupil regularly sleeps in class or loses interest in everything: talk in private, then with the parents and the school psychologist.",
                ),
            ),
        ),
    ),
)
