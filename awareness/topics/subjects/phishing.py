"""Phishing and scams: the topic as the portal began with it."""

from awareness.topics.subjects.shape import Both, FoundingAnswer, FoundingTopic

TOPIC = FoundingTopic(
    slug="phishing",
    title=Both("Пецање и преваре", "Phishing and scams"),
    summary=Both(
        "Порука која жури, плаши или обећава награду обично хоће твоју лозинку, новац или налог.",
        "A message that rushes you, scares you or promises a prize usually wants your password, your money or your account.",
    ),
    do_now=(
        Both(
            "Нема журбе: не отварај везу и не одговарај на поруку.",
            "There is no hurry: do not open the link and do not reply.",
        ),
        Both(
            "Лозинка је већ уписана? Промени је одмах, свуда где је коришћена, и укључи пријаву у два корака.",
            "Password already typed in? Change it at once, everywhere it was used, and switch on two-step sign-in.",
        ),
        Both(
            "Подаци о картици су отишли? Нека власник картице одмах позове банку и блокира је.",
            "Card details gone? Have the owner of the card call the bank at once and block it.",
        ),
        Both(
            "Сачувај поруку и пријави превару полицији. Савет даје 19833.",
            "Keep the message and report the fraud to the police. 19833 gives advice.",
        ),
    ),
    answers=(
        FoundingAnswer(
            audience="children",
            title=Both("Награда из ведра неба", "A prize out of the blue"),
            lead=Both(
                "Пецање је порука која се прави да стиже од банке, поште или игре, само да би извукла твоју лозинку.",
                "Phishing is a message that pretends to come from a bank, the post office or a game, only to get your password.",
            ),
            steps=(
                Both(
                    "Пожурује те, плаши или обећава поклон? Стани.",
                    "Does it rush you, scare you or promise a gift? Stop.",
                ),
                Both(
                    "Прочитај адресу слово по слово. Не отварај везу: отвори апликацију или адресу укуцај својим прстима.",
                    "Read the address letter by letter. Do not follow the link: open the app, or type the address with your own fingers.",
                ),
                Both(
                    "Лозинка је већ уписана? Реци неком одраслом и одмах је промените.",
                    "Password already typed in? Tell an adult and change it together at once.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="parents",
            title=Both("Пецање и преваре", "Phishing and fraud"),
            lead=Both(
                "Порука у име банке, поште или курирске службе тражи број картице или код.",
                "A message in the name of a bank, the post office or a courier asks for a card number or a code.",
            ),
            steps=(
                Both(
                    "Вежбајте заједно: у сумњивој поруци нађите три знака (журба, чудна адреса, тражење података).",
                    "Practise together: find three signs in a suspicious message (haste, a strange address, a request for data).",
                ),
                Both(
                    "Куповина у играма: ограничење на картици и лозинка за сваку куповину.",
                    "Purchases in games: a limit on the card and a password for every purchase.",
                ),
                Both(
                    "Подаци о картици су већ унети? Одмах позовите банку и блокирајте картицу.",
                    "Card details already entered? Call the bank at once and block the card.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="educators",
            title=Both("Пецање за десет минута", "Phishing in ten minutes"),
            lead=Both(
                "Напишите на табли измишљену поруку о награди и нека одељење тражи знаке.",
                "Write an invented message about a prize on the board and let the class look for signs.",
            ),
            steps=(
                Both(
                    "Три знака: журба, чудна адреса, тражење података.",
                    "Three signs: haste, a strange address, a request for data.",
                ),
                Both(
                    "У паровима ученици смишљају најбезбеднији одговор. Он гласи: никакав.",
                    "In pairs, pupils think up the safest answer. It is: none.",
                ),
                Both(
                    "За крај свако на свом налогу потражи пријаву у два корака.",
                    "To end with, everybody looks up two-step sign-in on their own account.",
                ),
            ),
        ),
    ),
)
