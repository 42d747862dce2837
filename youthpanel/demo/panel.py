"""The consultations, meetings, schools and words of the demonstration's panel."""

from typing import Final

from youthpanel.demo.proposals import b
from youthpanel.white_papers.content import Both

FIRST_TOWNS: Final = ("nis", "kragujevac", "subotica")
SECOND_TOWNS: Final = ("uzice", "zajecar", "pancevo")
SCHOOLS: Final = (
    ("primary", "ОШ „Вук Караџић“"),
    ("primary", "ОШ „Бранко Радичевић“"),
    ("secondary", "Гимназија"),
    ("secondary", "Техничка школа"),
)
FIRST_NAMES: Final = (
    "Ана",
    "Милош",
    "Јована",
    "Стефан",
    "Милица",
    "Лука",
    "Теодора",
    "Никола",
    "Сара",
    "Вук",
    "Дуња",
    "Огњен",
    "Ива",
)
SURNAMES: Final = (
    "Илић",
    "Ковач",
    "Тасић",
    "Бабић",
    "Ристић",
    "Лазић",
    "Пантић",
    "Живић",
    "Савић",
    "Ракић",
    "Ђорић",
    "Мијић",
)
FIRST_WORDS: Final = (
    "Плави",
    "Зелени",
    "Жути",
    "Брзи",
    "Тихи",
    "Весели",
    "Храбри",
    "Мали",
    "Сјајни",
    "Сањиви",
    "Вредни",
    "Снежни",
    "Дивљи",
)
SECOND_WORDS: Final = (
    "јеж",
    "лав",
    "вук",
    "дабар",
    "зец",
    "папагај",
    "пингвин",
    "делфин",
    "соко",
    "медвед",
    "јелен",
    "бумбар",
)

CONSULTATIONS: Final[tuple[tuple[str, Both, Both], ...]] = (
    ("what-school-teaches", b("Шта школа учи о интернету", "What school teaches about the internet"), b("Шта учимо, шта нам недостаје и како би часови требало да изгледају.", "What we learn, what we miss and what lessons should look like.")),
    ("teachers-and-net", b("Наставници и мрежа", "Teachers and the net"), b("Шта наставници знају, шта питамо њих, а шта једни друге.", "What teachers know, what we ask them, and what we ask each other.")),
    ("peers", b("Вршњаци вршњацима", "From peer to peer"), b("Када млади уче младе: шта ради, а шта не.", "When young people teach young people: what works and what does not.")),
    ("whom-to-tell", b("Коме да кажем", "Whom to tell"), b("Шта нас спречава да тражимо помоћ и шта би помогло.", "What keeps us from asking for help, and what would help.")),
    ("parents", b("Родитељи на мрежи", "Parents online"), b("О чему разговарамо код куће, а о чему не.", "What we talk about at home, and what we do not.")),
    ("phones", b("Телефон у школи", "The phone at school"), b("Забрана, договор или ништа: шта ради.", "A ban, an agreement or nothing: what works.")),
    ("true-or-false", b("Истина или лаж", "True or false"), b("Како проверавамо оно што видимо и ко нас је томе учио.", "How we check what we see, and who taught us.")),
    ("our-rights", b("Наша права на интернету", "Our rights online"), b("Која права знамо и где нам недостају.", "Which rights we know, and where we lack them.")),
    ("small-places", b("Интернет ван великих градова", "The internet outside big towns"), b("Како је бити на мрежи у малом месту.", "What it is like to be online in a small place.")),
)  # fmt: skip
IDEAS: Final = (
    ("Да часови буду сваке године, а не само у петом разреду.", "Да на часу вежбамо на својим телефонима."),
    ("Да и професори српског знају како раде мреже.", "Да ученици једном одрже час наставницима."),
    ("Да ми држимо радионице млађима.", "Да се игра представа, па да ми мењамо крај."),
    ("Да на вратима пише коме можемо да дођемо.", "Да нас нико не тера да испричамо све одмах."),
    ("Да родитељи дођу и виде шта ми радимо.", "Да родитељи не читају поруке без питања."),
    ("Да се договоримо када телефон може, а када не.", "Да важи и за наставнике."),
    ("Да учимо како се прави лажна слика, па да је препознамо.", "Да проверавамо вести на часу."),
    ("Да у књизи пише како се тражи брисање слике.", "Да права пишу простим речима."),
    ("Да радионице дођу и у село.", "Да материјали раде и када нема интернета."),
)
QUOTATIONS: Final[tuple[tuple[int, Both, bool], ...]] = (
    (0, b("Лозинку смо учили једном, у петом разреду. Од тада се све променило, а час није.", "We learned about passwords once, in grade five. Everything has changed since, but not the lesson."), True),
    (3, b("Знала сам да треба да кажем. Нисам знала коме.", "I knew that I should tell. I did not know whom."), False),
    (2, b("Када ми покаже неко из старијег разреда, верујем му.", "When somebody from a higher grade shows me, I believe them."), True),
    (8, b("Код нас радионица још није била. Само слушамо о њима.", "There has been no workshop where we live. We only hear of them."), False),
)  # fmt: skip
MEETINGS: Final[tuple[tuple[str, Both], ...]] = (
    ("nis", b("Упознавање и правила панела", "Getting to know each other, and the rules of the panel")),
    ("kragujevac", b("Које теме су нам важне", "Which subjects matter to us")),
    ("subotica", b("Квиз и игре: шта ради, а шта не", "Quizzes and games: what works and what does not")),
    ("nis", b("Обука вршњачких едукатора", "Training of peer educators")),
    ("uzice", b("Добродошлица другој генерацији", "Welcome to the second generation")),
    ("zajecar", b("Припрема осам консултација", "Preparing eight consultations")),
    ("pancevo", b("Шта смо чули на консултацијама", "What we heard at the consultations")),
    ("kragujevac", b("Од идеја до препорука", "From ideas to recommendations")),
    ("nis", b("Читамо Белу књигу", "Reading the White Paper")),
    ("uzice", b("Шта је одговорило Министарство", "What the Ministry has answered")),
)
# What was decided at each of them, in their order.
DECISIONS: Final[tuple[tuple[Both, ...], ...]] = (
    (b("Свако бира псеудоним и под њим пише.", "Everybody chooses a pseudonym and writes under it."), b("Састајемо се пет пута годишње, сваки пут у другом граду.", "We meet five times a year, each time in another town.")),
    (b("Прво се бавимо оним што се дешава међу нама: понижавањем и сликама без питања.", "First we deal with what happens among us: humiliation, and pictures without asking."),),
    (b("У квизу треба објаснити и тачан одговор.", "The quiz should explain the right answer, too."), b("Игре пробамо са млађима пре него што изађу.", "We try games with younger pupils before they come out.")),
    (b("Вршњачки едукатори раде у паровима.", "Peer educators work in pairs."),),
    (b("Свако из прве генерације помаже двома новима.", "Everybody of the first generation helps two new members."),),
    (b("Консултације трају два месеца и почињу причом, не анкетом.", "Consultations take two months and begin with a talk, not with a questionnaire."),),
    (b("Белу књигу пишемо од препорука које је подржала већина.", "We write the White Paper of recommendations that most of us support."),),
    (b("Свака препорука има једног адресата.", "Every recommendation is addressed to one body."),),
    (),
    (b("Питамо поново за шест месеци.", "We ask again in six months."),),
)  # fmt: skip
AGENDA: Final = b("1. Шта смо договорили прошли пут\n2. Рад у групама\n3. Договор и ко шта ради", "1. What we agreed last time\n2. Work in groups\n3. What we agree on and who does what")  # fmt: skip
MINUTES: Final = "Радили смо у четири групе. Свака је предложила по једну одлуку, о којој се гласало.\n\nЗа следећи састанак: припремити питања."
NEXT: Final[tuple[str, Both]] = ("zajecar", b("Шта радимо следеће године", "What we do next year"))
TITLE: Final = b("Питајте нас: како да школа учи о интернету", "Ask us: how schools should teach about the internet")
FOREWORD: Final = b(
    "<p>Ми смо ученици од 11 до 18 година. На интернету смо сваког дана, а ретко нас ко пита како је тамо.</p><p>Ову књигу смо писали заједно: на састанцима, у консултацијама и у расправама које су трајале дуже него што је било планирано. <strong>Не тражимо да нас неко чува од интернета. Тражимо да нас науче како да на њему живимо.</strong></p><p>Свака препорука је упућена некоме ко може да одлучи. Пратићемо шта је ко одговорио и то објављивати.</p>",
    "<p>We are pupils aged 11 to 18. We are online every day, and rarely does anybody ask us what it is like there.</p><p>We wrote this book together: at meetings, in consultations and in debates that lasted longer than planned. <strong>We do not ask to be kept from the internet. We ask to be taught how to live with it.</strong></p><p>Every recommendation is addressed to somebody who can decide. We will follow what each has answered, and publish it.</p>",
)
METHOD: Final = b(
    "<p>У панелу је до сада било {members} чланова из {schools} школе у {towns} градова. Састанака је одржано {meetings}, а на њих је дошло {attendance} позваних. Питања су отворена у консултацијама, којих је било {consultations}.</p><h3>Како смо радили</h3><ol><li>Свака консултација је почела причом о теми и питањима која су предложили чланови.</li><li>Идеје је свако писао сам, под псеудонимом или без њега. Пре него што би их други видели, прочитао их је одрасли.</li><li>О идејама се гласало. Препорука је постало оно што је подржала већина питаних.</li></ol><h3>Чега се нисмо одрекли</h3><ul><li>Ничије име није у овој књизи.</li><li>Речи појединаца су наведене само уз сагласност.</li><li>Бројке долазе из евиденције панела.</li></ul>",
    "<p>So far the panel has had {members} members from {schools} schools in {towns} towns. There were {meetings} meetings, to which {attendance} of those invited came. Questions were opened in consultations, of which there were {consultations}.</p><h3>How we worked</h3><ol><li>Each consultation began with a talk about the subject and with questions proposed by members.</li><li>Everybody wrote ideas alone, under a pseudonym or without one. An adult read them before others saw them.</li><li>Ideas were voted on. What most of those asked supported became a recommendation.</li></ol><h3>What we did not give up</h3><ul><li>Nobody's name is in this book.</li><li>Words of single members are quoted only with consent.</li><li>Figures come from the records of the panel.</li></ul>",
)
CHAPTERS: Final[tuple[tuple[str, Both, Both], ...]] = (
    (
        "chapter",
        b("Шта учимо, а шта нам треба", "What we learn, and what we need"),
        b(
            "<p>О интернету у школи слушамо мало, касно и углавном исто. Лозинке су важне, али нас више боли оно што се дешава међу нама: понижавање, слике без питања, групе из којих неко буде избачен.</p><p>Најчешће смо чули три ствари:</p><ul><li>час постоји једном, а живот на мрежи траје сваког дана;</li><li>наставници се плаше теме јер мисле да о њој знају мање од нас;</li><li>када се нешто догоди, не знамо коме да кажемо.</li></ul><blockquote><p>Правила знамо напамет. Треба нам вежба.</p></blockquote>",
            "<p>At school we hear about the internet little, late and mostly the same. Passwords matter, but what hurts more is what happens among us: humiliation, pictures without asking, groups that somebody is thrown out of.</p><p>Three things we heard most:</p><ul><li>there is a lesson once, but life online is every day;</li><li>teachers are afraid of the subject, for they believe they know less than we do;</li><li>when something happens, we do not know whom to tell.</li></ul><blockquote><p>We know the rules by heart. What we need is practice.</p></blockquote>",
        ),
    ),
    (
        "chapter",
        b("Учење ван учионице", "Learning outside the classroom"),
        b(
            "<p>Много тога научимо једни од других: у клубовима, на радионицама, у позоришту, код куће. Неформално учење није допуна школи, него место на коме се усуђујемо да питамо.</p><p>Зато се половина наших препорука не односи на час, већ на људе око њега: вршњаке, родитеље, особу од поверења.</p>",
            "<p>Much we learn from each other: in clubs, at workshops, in the theatre, at home. Non-formal learning is not an addition to school, but the place where we dare to ask.</p><p>This is why many of our recommendations are not about lessons, but about the people around them: peers, parents, a trusted person.</p>",
        ),
    ),
    (
        "annex",
        b("Питања из консултација", "Questions of the consultations"),
        b(
            "<ol><li>Шта о интернету знаш из школе, а шта ван ње?</li><li>Коме би се обратио када ти се на мрежи догоди нешто лоше?</li><li>Шта би се променило да ти одлучујеш о једном часу недељно?</li></ol>",
            "<ol><li>What have you learned about the internet at school, and what outside it?</li><li>Whom would you turn to if something bad happened to you online?</li><li>What would you change if you decided about one lesson a week?</li></ol>",
        ),
    ),
)
WHOM: Final = b(
    "Министарство просвете, науке и технолошког развоја, сектор за предуниверзитетско образовање",
    "Ministry of Education, Science and Technological Development, sector for pre-university education",
)
