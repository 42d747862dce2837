"""Child sexual abuse material: the topic as the portal began with it."""

from awareness.topics.subjects.shape import Both, FoundingAnswer, FoundingTopic

TOPIC = FoundingTopic(
    slug="csam",
    report_category="csam",
    removal_services=True,
    title=Both("Снимци сексуалног злостављања деце", "Child sexual abuse material"),
    summary=Both(
        "Такав снимак је доказ злочина над дететом: не чува се и не шаље се даље, него се пријављује.",
        "Such a recording is proof of a crime against a child: it is not kept and not passed on, but reported.",
    ),
    do_now=(
        Both(
            "Реци одраслој особи којој верујеш. Знаш ко је дете, или је оно сада у опасности? Зовите полицију: 192.",
            "Tell an adult you trust. Do you know who the child is, or are they in danger now? Call the police: 192.",
        ),
        Both(
            "Затвори страницу. Не преузимај, не прави снимак екрана и не шаљи никоме, ни као доказ.",
            "Close the page. Do not download it, do not take a screenshot and do not send it to anybody, not even as evidence.",
        ),
        Both(
            "Копирај само адресу и пријави је Нет патроли. Име није потребно.",
            "Copy only the address and report it to Net Patrola. No name is needed.",
        ),
        Both(
            "Узнемирило те је? Разговарај с неким: 116111.",
            "Has it upset you? Talk to somebody: 116111.",
        ),
    ),
    answers=(
        FoundingAnswer(
            audience="children",
            title=Both("Слике које нико не сме да ти тражи", "Pictures that nobody may ask you for"),
            lead=Both(
                "Слика детета без одеће, или детета које неко повређује, никад није забава. Она је доказ да је некоме потребна помоћ.",
                "A picture of a child without clothes, or of a child being hurt, is never fun. It is proof that somebody needs help.",
            ),
            steps=(
                Both(
                    "Искочила ти је на екрану? Није твоја кривица. Реци одраслој особи којој верујеш.",
                    "Did one turn up on your screen? It is not your fault. Tell an adult you trust.",
                ),
                Both(
                    "Затвори је, не чувај је и не шаљи даље. Адресу пријави Нет патроли, име није потребно.",
                    "Close it, do not keep it, do not send it on. Report the address to Net Patrola, no name needed.",
                ),
                Both(
                    "Неко ти прети твојом сликом? Реци одраслој особи или позови неки од бројева на дну странице. Не плаћај и не шаљи нову.",
                    "Is somebody threatening you with your picture? Tell an adult or call one of the numbers at the end of the page. Do not pay and do not send another one.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="parents",
            title=Both("Материјал сексуалног злостављања", "Sexual abuse material"),
            lead=Both(
                "Снимци који приказују сексуално злостављање деце. Прибављање, поседовање и дељење таквих снимака је кривично дело (Кривични законик, чл. 185).",
                "Recordings that show the sexual abuse of children. Obtaining, possessing and sharing them is a crime (Criminal Code, art. 185).",
            ),
            steps=(
                Both(
                    "Наишли сте на њега? Не преузимајте, не снимајте са екрана и не прослеђујте, ни као доказ. Пријавите адресу.",
                    "Have you come across it? Do not download, screenshot or forward it, not even as evidence. Report the address.",
                ),
                Both(
                    "Неко дели слику Вашег детета? Останите мирни, реците детету да није криво, запишите адресу и назив налога и обратите се полицији.",
                    "Is somebody sharing a picture of your child? Stay calm, tell your child it is not their fault, write down the address and the name of the account, and go to the police.",
                ),
                Both(
                    "Договорите се на време: такву слику нико не сме да тражи, а ко је тражи биће пријављен.",
                    "Agree in good time: nobody may ask for such a picture, and whoever does will be reported.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="educators",
            title=Both("Заштита деце од сексуалног злостављања", "Protecting children from sexual abuse"),
            lead=Both(
                "Разговарајте о сигурности и помоћи, никад о садржају. Ништа не приказујте.",
                "Talk about safety and help, never about the content. Show nothing.",
            ),
            steps=(
                Both(
                    "Ученик Вам се поверио: саслушајте, не испитујте, не обећавајте ћутање и истог дана обавестите тим за заштиту.",
                    "A pupil confides in you: listen, do not question, do not promise silence, and tell the protection team the same day.",
                ),
                Both(
                    "Не прегледајте и не копирајте слике са телефона ученика.",
                    "Do not look through or copy pictures on a pupil's phone.",
                ),
                Both(
                    "Адресу пријавите Нет патроли, а непосредну опасност полицији.",
                    "Report the address to Net Patrola, and immediate danger to the police.",
                ),
            ),
        ),
    ),
)
