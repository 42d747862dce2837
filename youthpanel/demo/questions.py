"""What the demonstration's consultations ask, what members answer in their own words, and what came of it."""

from typing import Final, NamedTuple

from youthpanel.demo.proposals import b
from youthpanel.white_papers.content import Both

IMPORTANCE: Final = b("Колико ти је ова тема важна?", "How much does this subject matter to you?")
WHO: Final = b("Ко о томе разговара са тобом?", "Who talks about it with you?")
WHO_CHOICES: Final = (
    b("Родитељи", "Parents"),
    b("Наставници", "Teachers"),
    b("Другови и другарице", "Friends"),
    b("Брат или сестра", "A brother or sister"),
    b("Нико", "Nobody"),
)
OFTEN: Final = b("Колико се често о томе говори у твојој школи?", "How often is it spoken of at your school?")
OFTEN_CHOICES: Final = (
    b("Никад", "Never"),
    b("Једном годишње", "Once a year"),
    b("Неколико пута годишње", "A few times a year"),
    b("Сваког месеца", "Every month"),
)


class Subject(NamedTuple):
    """The open question of a consultation, answers to it as they were written, themes, and what came of it."""

    question: Both
    answers: tuple[str, ...]
    themes: tuple[Both, ...]
    outcome: Both


SUBJECTS: Final = (
    Subject(
        b("Шта ти је на часу недостајало?", "What did you miss in lessons?"),
        ("Вежба, а не предавање.", "Да питамо шта нас занима.", "Примери из наше школе.", "Лозинку смо учили једном.", "Да час не буде последњи у години.", "Игре као на радионици."),
        (b("Вежба", "Practice"), b("Сваке године", "Every year")),
        b("Две идеје су постале препоруке Министарству и објављене су у Белој књизи.", "Two ideas became recommendations to the Ministry, published in the White Paper."),
    ),
    Subject(
        b("Шта желиш да наставници знају?", "What would you like teachers to know?"),
        ("Како се пријављује налог.", "Да није свака игра лоша.", "Шта да раде када им кажемо.", "Како раде препоруке на мрежи.", "Да и ми можемо да их научимо.", "Да нас прво саслушају."),
        (b("Обука", "Training"), b("Поверење", "Trust")),
        b("Обука наставника је ушла у Белу књигу. Министарство је питању дало рок.", "Training of teachers went into the White Paper. The Ministry has set a date for it."),
    ),
    Subject(
        b("Шта ради када млади уче младе?", "What works when young people teach young people?"),
        ("Када ми покаже неко из старијег разреда, верујем му.", "Смејемо се, па запамтимо.", "Нико не оцењује.", "Мање групе.", "Глума и сцене.", "Када може да се пита било шта."),
        (b("Радионице", "Workshops"), b("Поверење", "Trust")),
        b("Вршњачки едукатори су добили план за целу годину.", "Peer educators got a plan for the whole year."),
    ),
    Subject(
        b("Шта те спречава да тражиш помоћ?", "What keeps you from asking for help?"),
        ("Знала сам да треба да кажем. Нисам знала коме.", "Бојим се да ће ми узети телефон.", "Не знам шта се онда дешава.", "Срамота ме је.", "Мислим да ће проћи само.", "Не желим да сви сазнају."),
        (b("Коме", "Whom"), b("Страх", "Fear")),
        b("Свака школа која учествује има особу којој се може рећи, а на вратима пише ко је то.", "Every school that takes part has a person who can be told, with a name on the door."),
    ),
    Subject(
        b("О чему желиш да разговараш код куће?", "What would you like to talk about at home?"),
        ("О игрицама, без викања.", "О томе зашто не смем да имам налог.", "О сликама које објављују моји.", "О времену пред екраном.", "О томе шта они раде на телефону.", "О лажним вестима."),
        (b("Договор", "An agreement"), b("Приватност", "Privacy")),
        b("Направљен је листић за породичан договор. Налази се међу материјалима.", "A sheet for an agreement in the family was made. It is among the resources."),
    ),
    Subject(
        b("Какав договор о телефону би важио за све?", "Which agreement about phones would hold for everybody?"),
        ("Искључен на часу, слободан на одмору.", "Исто за наставнике.", "Да га не узимају до краја дана.", "Кутија у учионици.", "Да се користи када вежбамо.", "Да се договоримо заједно."),
        (b("Договор", "An agreement"),),
        b("Три школе су усвојиле договор који су написали чланови панела.", "Three schools adopted the agreement that members of the panel wrote."),
    ),
    Subject(
        b("Како проверавате да ли је нешто истина?", "How do you check whether something is true?"),
        ("Тражим исто на другом месту.", "Гледам ко је објавио.", "Питам брата.", "Не проверавам увек.", "По слици, да ли је стара.", "Читам до краја, а не само наслов."),
        (b("Провера", "Checking"),),
        b("Квиз „Право или измишљено“ је урађен по идејама панела.", "The quiz “Real or made up” was made after ideas of the panel."),
    ),
    Subject(
        b("Које право ти највише недостаје?", "Which right do you miss most?"),
        ("Да се слика обрише када то тражим.", "Да ме неко пита пре објаве.", "Да правила буду кратка.", "Да се чује и наше мишљење.", "Да нико не чита моје поруке.", "Да знам ко има моје податке."),
        (b("Приватност", "Privacy"), b("Просте речи", "Simple words")),
        b("Права су написана простим речима и објављена на страници за децу.", "Rights were written in simple words and published on the page for children."),
    ),
    Subject(
        b("Како је бити на мрежи у твом месту?", "What is it like to be online where you live?"),
        ("Код нас радионица још није била. Само слушамо о њима.", "Сви се знамо, па се брзо прочује.", "Мрежа је спора.", "Нема где да се оде, па смо на телефону.", "Професорка нам помаже.", "Добро је, само је мало људи."),
        (b("Радионице", "Workshops"), b("Без мреже", "Without a network")),
        b("Радионице долазе у још шест места, а материјали раде и без мреже.", "Workshops come to six more places, and materials work without a network, too."),
    ),
)  # fmt: skip
OPEN_NOW: Final = (
    "what-next",
    b("Шта даље?", "What next?"),
    b("Којом темом да се панел бави следеће године.", "Which subject the panel should work on next year."),
    b(
        "Белу књигу смо предали. Сада бирамо тему за следећу годину: предложи је, или подржи туђу.\n\nИдеје се не виде одмах: прво их прочита одрасла особа.",
        "The White Paper is handed over. Now we choose the subject for next year: propose one, or endorse somebody else's.\n\nIdeas are not seen at once: an adult reads them first.",
    ),
    (
        "Да научимо како да направимо сопствени подкаст.",
        "Да питамо млађе шта њих брине.",
        "Да направимо игру о лажним вестима.",
    ),
    ("Да сви часови буду на отвореном.", "Да дође Марко из моје школе, он зна све о томе."),
)
