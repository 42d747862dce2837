"""Cyberbullying: the topic as the portal began with it."""

from awareness.topics.subjects.shape import Both, FoundingAnswer, FoundingTopic

TOPIC = FoundingTopic(
    slug="cyberbullying",
    report_category="cyberbullying",
    title=Both("Дигитално насиље", "Cyberbullying"),
    summary=Both(
        "Исмевање, претње, избацивање из групе и лажни профили стварно боле, и постоји начин да престану.",
        "Mockery, threats, being shut out and fake profiles really hurt, and there is a way to make them stop.",
    ),
    do_now=(
        Both(
            "Реци одраслој особи којој верујеш. Школа је дужна да поступи, а за претње се зове полиција: 192.",
            "Tell an adult you trust. The school is obliged to act, and for threats the police are called: 192.",
        ),
        Both("Не одговарај и не враћај истом мером.", "Do not reply and do not pay back in kind."),
        Both(
            "Направи снимке екрана: поруке, имена налога, датуми. Интимне слике не снимај: довољна је адреса.",
            "Take screenshots: messages, account names, dates. Do not screenshot intimate pictures: the address is enough.",
        ),
        Both("Блокирај налог и пријави га у апликацији.", "Block the account and report it in the app."),
        Both("За разговор, без имена: 116111.", "Somebody to talk to, no name needed: 116111."),
    ),
    answers=(
        FoundingAnswer(
            audience="children",
            title=Both("Кад те неко стално вређа", "When somebody keeps hurting you"),
            lead=Both(
                "Исмевање, претње, намерно избацивање из групе, лажни профил с твојим именом: то је насиље, иако нема модрице.",
                "Mocking, threats, being thrown out of a group on purpose, a fake profile with your name: that is violence, even if it leaves no bruise.",
            ),
            steps=(
                Both(
                    "Реци родитељу, разредном старешини или школском психологу. То није тужакање, то је тражење помоћи.",
                    "Tell a parent, your class teacher or the school psychologist. That is not telling tales, it is asking for help.",
                ),
                Both(
                    "Не одговарај у бесу. Направи снимак екрана порука, никад интимне слике.",
                    "Do not answer in anger. Take a screenshot of the messages, never of an intimate picture.",
                ),
                Both("Блокирај налог и пријави га у апликацији.", "Block the account and report it in the app."),
                Both(
                    "Дешава се неком другом? Напиши му да није сам.",
                    "Is it happening to somebody else? Write to them that they are not alone.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="parents",
            title=Both("Насиље иза екрана", "Bullying behind the screen"),
            lead=Both(
                "Не престаје на школској капији: поруке стижу и ноћу. Знаци: дете скрива телефон, избегава школу, лоше спава.",
                "It does not end at the school gate: the messages arrive at night too. Signs: your child hides the phone, avoids school, sleeps badly.",
            ),
            steps=(
                Both(
                    "Прво саслушајте и не одузимајте телефон: ко се боји да ће га изгубити, следећи пут неће рећи.",
                    "Listen first, and do not take the phone away: who fears losing it will not tell you next time.",
                ),
                Both(
                    "Сачувајте доказе: снимке екрана са датумима и именима. Интимне слике не снимајте и не прослеђујте.",
                    "Keep the evidence: screenshots with dates and names. Do not screenshot or forward intimate pictures.",
                ),
                Both(
                    "Разговарајте са разредним старешином: школа је дужна да поступи по протоколу о насиљу. Претње пријавите полицији.",
                    "Talk to the class teacher: the school has to act by the protocol on violence. Report threats to the police.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="educators",
            title=Both("Дигитално насиље у одељењу", "Cyberbullying in the class"),
            lead=Both(
                "Оно што почне у групи наставља се у учионици. Протокол о насиљу обухвата и дигитално насиље.",
                "What begins in the group chat goes on in the classroom. The protocol on violence covers digital violence as well.",
            ),
            steps=(
                Both(
                    "Вежба: једна порука, пет читалаца. Како се ко од њих осећа?",
                    "Exercise: one message, five readers. How does each of them feel?",
                ),
                Both(
                    "Вежбајте улогу посматрача: не дели, стани уз, пријави.",
                    "Practise the bystander's part: do not share, stand by, report.",
                ),
                Both(
                    "Сачувајте доказ, обавестите родитеље и тим за заштиту, па проверите поново после две недеље.",
                    "Keep the proof, tell the parents and the protection team, and look again after two weeks.",
                ),
            ),
        ),
    ),
)
