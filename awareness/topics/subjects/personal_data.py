"""Personal data: the topic as the portal began with it."""

from awareness.topics.subjects.shape import Both, FoundingAnswer, FoundingTopic

TOPIC = FoundingTopic(
    slug="personal-data",
    title=Both("Лични подаци", "Personal data"),
    summary=Both(
        "Сваки податак је комадић слагалице: што их мање делиш, то теже неко од њих састави тебе.",
        "Every detail is a piece of a puzzle: the fewer you share, the harder it is to put you together from them.",
    ),
    do_now=(
        Both(
            "Лозинку зна још неко? Промени је, и за сваки налог нека буде друга.",
            "Somebody else knows your password? Change it, and let every account have its own.",
        ),
        Both(
            "Уклони објаве у којима се виде адреса, школа или број телефона.",
            "Take down posts that show your address, school or phone number.",
        ),
        Both(
            "Неко је објавио твоје податке? Реци одраслој особи, направи снимак екрана и пријави објаву у апликацији. Интимне слике не снимај.",
            "Somebody has published your data? Tell an adult, take a screenshot and report the post in the app. Do not screenshot intimate pictures.",
        ),
        Both(
            "Услуга не жели да обрише податке? Притужба се подноси Поверенику за информације од јавног значаја и заштиту података о личности.",
            "A service will not erase your data? A complaint goes to the Commissioner for Information of Public Importance and Personal Data Protection.",
        ),
    ),
    answers=(
        FoundingAnswer(
            audience="children",
            title=Both("Твоје нека остане твоје", "What is yours stays yours"),
            lead=Both(
                "Име, адреса, школа, телефон, лице и локација: кад се саберу, воде право до твојих врата.",
                "Name, address, school, phone, face and location: put together, they lead right to your door.",
            ),
            steps=(
                Both(
                    "За сваки налог друга, дугачка лозинка: добре су три-четири речи које немају везе једна с другом.",
                    "A different, long password for every account: three or four words that do not belong together work well.",
                ),
                Both(
                    "Укључи пријаву у два корака свуда где постоји.", "Switch on two-step sign-in wherever it exists."
                ),
                Both(
                    "Лозинка је твоја. С родитељима је дели ако је такав договор, с друштвом никад.",
                    "The password is yours. Share it with your parents if that is the deal, with friends never.",
                ),
                Both(
                    "Имаш мање од 15 година? Онда и родитељ мора да пристане да апликација користи твоје податке.",
                    "Are you under 15? Then a parent must also agree to an app using your data.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="parents",
            title=Both("Лични подаци", "Personal data"),
            lead=Both(
                "До навршених 15 година пристанак за обраду дечјих података у онлајн услугама даје родитељ (Закон о заштити података о личности, чл. 16).",
                "Up to the age of 15 it is a parent who consents to a child's data being used by online services (Personal Data Protection Act, art. 16).",
            ),
            steps=(
                Both(
                    "Налоге отварајте заједно и са тачним узрастом: од њега зависи заштита деце.",
                    "Open accounts together and with the true age: the protection of children depends on it.",
                ),
                Both(
                    "За породичне налоге користите менаџер лозинки и пријаву у два корака.",
                    "For family accounts use a password manager and two-step sign-in.",
                ),
                Both(
                    "Имате право да тражите брисање података свог детета.",
                    "You have the right to ask for your child's data to be erased.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="educators",
            title=Both("Лични подаци у школи", "Personal data at school"),
            lead=Both(
                "И школа рукује подацима деце: списковима, оценама, фотографијама.",
                "A school handles children's data too: lists, marks, photographs.",
            ),
            steps=(
                Both("Бирајте алате који не траже имена ученика.", "Choose tools that do not ask for pupils' names."),
                Both(
                    "Фотографије само уз сагласност и без имена испод лица.",
                    "Photographs only with consent, and without names below faces.",
                ),
                Both(
                    "Вежба: шта се из једног измишљеног профила сазна за пет минута?",
                    "Exercise: what can be found out from an invented profile in five minutes?",
                ),
            ),
        ),
    ),
)
