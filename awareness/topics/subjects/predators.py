"""Grooming and online predators: the topic as the portal began with it."""

from awareness.topics.subjects.shape import Both, FoundingAnswer, FoundingTopic

TOPIC = FoundingTopic(
    slug="predators",
    title=Both("Врбовање и предатори", "Grooming and online predators"),
    summary=Both(
        "Неко кога знаш само с интернета тражи слике, тајне или сусрет: то је знак да станеш и кажеш одраслој особи.",
        "Somebody you know only from the internet asks for pictures, secrets or a meeting: a sign to stop and tell an adult.",
    ),
    do_now=(
        Both(
            "Реци одмах одраслој особи којој верујеш. Није твоја кривица, ни ако је слика већ послата.",
            "Tell an adult you trust at once. It is not your fault, even if a picture has been sent.",
        ),
        Both(
            "Опасност је близу или је сусрет заказан? Зовите полицију: 192.",
            "Is danger near, or a meeting arranged? Call the police: 192.",
        ),
        Both(
            "Престани да одговараш, не шаљи ништа и не иди на сусрет.",
            "Stop answering, send nothing and do not go to a meeting.",
        ),
        Both(
            "Разговор не бриши: поруке, корисничко име и адреса налога су доказ. Интимне слике не снимај са екрана и не шаљи даље.",
            "Do not delete the conversation: messages, user name and the address of the account are evidence. Do not screenshot or forward intimate pictures.",
        ),
        Both(
            "Налог блокирајте и пријавите заједно, кад је све сачувано.",
            "Block and report the account together, once all of that is kept.",
        ),
    ),
    answers=(
        FoundingAnswer(
            audience="children",
            title=Both("Непознат, а превише љубазан", "A stranger who is far too nice"),
            lead=Both(
                "Иза профила „вршњака“ може да буде одрасла особа која жели слике, тајне или сусрет.",
                "Behind the profile of “somebody your age” there may be an adult who wants pictures, secrets or a meeting.",
            ),
            steps=(
                Both("„Немој да кажеш родитељима“ је знак за узбуну.", "“Don't tell your parents” is an alarm signal."),
                Both(
                    "Не шаљи слике, адресу ни име своје школе.",
                    "Do not send pictures, your address or the name of your school.",
                ),
                Both(
                    "Не иди на сусрет без одрасле особе којој верујеш.",
                    "Do not go to a meeting without an adult you trust.",
                ),
                Both(
                    "Већ је отишло предалеко? Кривица није твоја. Потражи помоћ.",
                    "Has it already gone too far? It is not your fault. Ask for help.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="parents",
            title=Both("Непознати који траже поверење", "Strangers who want trust"),
            lead=Both(
                "Врбовање почиње љубазношћу, поклонима и заједничким тајнама, а завршава се захтевом за слике или сусрет.",
                "Grooming begins with kindness, gifts and shared secrets, and ends with a request for pictures or a meeting.",
            ),
            steps=(
                Both(
                    "Упознајте игре и апликације у којима непознати могу да пишу; искључите поруке непознатих.",
                    "Get to know the games and apps where strangers can write; switch off messages from people you do not know.",
                ),
                Both(
                    "Изговорите наглас: шта год да се деси, нећу се љутити, дођи код мене.",
                    "Say it out loud: whatever happens, I will not be angry, come to me.",
                ),
                Both(
                    "Не дописујте се са осумњиченим у име детета. Сачувајте разговор и позовите полицију.",
                    "Do not write to a suspect in your child's name. Keep the conversation and call the police.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="educators",
            title=Both("Непознати и поверење", "Strangers and trust"),
            lead=Both(
                "Не плашите примерима. Вежбајте како се каже „не“ и како се тражи помоћ.",
                "Do not frighten with cases. Practise saying no and asking for help.",
            ),
            steps=(
                Both(
                    "Форум-театар: сцена „нека ово остане међу нама“, а одељење јој мења крај.",
                    "Forum theatre: a scene called “let this stay between us”, and the class changes its ending.",
                ),
                Both(
                    "Сваки ученик, само за себе, запише три одрасле особе којима би се обратио.",
                    "Every pupil writes down, for nobody else, three adults they would turn to.",
                ),
                Both(
                    "Сумња: тим за заштиту и полиција, без сопствене истраге.",
                    "A suspicion: the protection team and the police, no investigation of your own.",
                ),
            ),
        ),
    ),
)
