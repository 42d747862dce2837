"""What asks for opinions, and what is for grown-ups."""

from typing import Final

from awareness.events.demonstration.shape import Programme
from awareness.events.vocabulary import EventKind
from awareness.topics.subjects.shape import Both

MEETINGS: Final = (
    Programme(
        "fokus-grupa-sta-nas-brine",
        EventKind.FOCUS_GROUP,
        Both("Шта нас брине, а шта не", "What worries us, and what does not"),
        Both(
            "Фокус-група са дванаесторо деце: о чему би волела да се више говори, а о чему одрасли брину узалуд.",
            "A focus group with twelve children: what they would like to hear more about, and what grown-ups worry about in vain.",
        ),
        (
            Both(
                "Разговор води психолошкиња и траје сат времена. Белешке немају имена, а децу и родитеље пре разговора питамо за сагласност.",
                "A psychologist leads the talk, which takes an hour. The notes hold no names, and children and parents are asked for their consent first.",
            ),
            Both(
                "Шта смо чули враћамо деци на једној страни, да провере да ли смо их разумели.",
                "What we heard goes back to the children on one page, so that they can check whether we understood.",
            ),
        ),
        ("children",),
        ("screen-time",),
        60,
        12,
        access=("step-free", "quiet-space"),
    ),
    Programme(
        "fokus-grupa-prijavljivanje",
        EventKind.FOCUS_GROUP,
        Both("Зашто (не) пријављујемо", "Why we do (not) report"),
        Both(
            "Фокус-група о томе шта дете спречава да каже одраслом, и како би дугме за пријаву требало да изгледа.",
            "A focus group about what keeps a child from telling a grown-up, and what a button for reports should look like.",
        ),
        (
            Both(
                "Деца цртају дугме, пишу шта на њему стоји и говоре шта би морало да се деси у првом сату после пријаве.",
                "The children draw a button, write what it says, and tell what would have to happen in the first hour after a report.",
            ),
            Both(
                "Предлоге предајемо онима који уређују образац Нет патроле.",
                "Their proposals go to those who make the form of Net Patrola.",
            ),
        ),
        ("children",),
        ("csam", "cyberbullying"),
        60,
        12,
    ),
    Programme(
        "konsultacije-bela-knjiga",
        EventKind.CONSULTATION,
        Both("Консултације за Белу књигу", "Consultation for the White Paper"),
        Both(
            "Ученици расправљају о томе шта у школи треба мењати да би о интернету учили на време.",
            "Pupils discuss what has to change in school so that they learn about the internet in time.",
        ),
        (
            Both(
                "Шест столова, шест тема, двадесет минута за сваку. На сваком столу остаје домаћин који сажима оно што је претходна група рекла.",
                "Six tables, six subjects, twenty minutes for each. A host stays at every table and sums up what the group before has said.",
            ),
            Both(
                "Закључци улазе у Белу књигу омладинског панела, коју добија министарство надлежно за просвету.",
                "The conclusions become part of the White Paper of the youth panel, which goes to the ministry in charge of education.",
            ),
        ),
        ("youth", "stakeholders"),
        ("social-networks", "personal-data"),
        150,
        60,
    ),
    Programme(
        "roditeljsko-vece",
        EventKind.FOR_PARENTS,
        Both("Вече за родитеље: разговор уместо забране", "An evening for parents: talk instead of a ban"),
        Both(
            "Шта деца раде на интернету, кад треба бринути и како започети разговор који се не завршава треском врата.",
            "What children do on the internet, when to worry, and how to begin a talk that does not end with a slammed door.",
        ),
        (
            Both(
                "Почињемо питањима родитеља и завршавамо договором који свако може да понесе кући: кад се одлаже телефон, ко шта подешава и коме се дете обраћа.",
                "We begin with the questions of parents and end with an agreement to take home: when the phone is put away, who sets what, and whom the child turns to.",
            ),
            Both(
                "За млађу децу је организовано чување у школи.",
                "Younger children are looked after in the school meanwhile.",
            ),
        ),
        ("parents",),
        ("screen-time", "predators"),
        90,
        80,
        languages=("sr", "sgn"),
        access=("step-free", "toilet", "signed"),
    ),
    Programme(
        "prvi-telefon",
        EventKind.FOR_PARENTS,
        Both("Први телефон", "The first phone"),
        Both(
            "За родитеље ученика другог и трећег разреда: шта подесити пре него што телефон пређе у дечје руке.",
            "For parents of second- and third-graders: what to set up before the phone passes into a child's hands.",
        ),
        (
            Both(
                "Корак по корак, на уређајима које родитељи донесу: куповина у апликацијама, место, непознати позиви, време пред екраном.",
                "Step by step, on the devices that parents bring along: purchases in apps, location, unknown callers, screen time.",
            ),
            Both(
                "Подешавања не замењују поверење, па половину вечери посвећујемо разговору.",
                "Settings are no substitute for trust, so half of the evening belongs to talking.",
            ),
        ),
        ("parents",),
        ("privacy-settings", "screen-time"),
        90,
        60,
    ),
    Programme(
        "razgovor-sa-zaposlenima",
        EventKind.SCHOOL_INTERVIEW,
        Both("Разговор са запосленима у школи", "A talk with the school's staff"),
        Both(
            "Едукативни разговор у једној школи: ко шта ради кад ученик каже да му неко прети преко интернета.",
            "An educational interview in one school: who does what when a pupil says that somebody threatens them online.",
        ),
        (
            Both(
                "Пролазимо кроз поступак школе на једном измишљеном случају и бележимо где се застаје. Записник остаје школи.",
                "We go through the school's procedure with one invented case and note where it gets stuck. The record stays with the school.",
            ),
            Both(
                "Разговору присуствују управа, стручна служба и бар двоје одељењских старешина.",
                "The head, the school psychologist and at least two class teachers take part.",
            ),
        ),
        ("teachers",),
        ("cyberbullying", "csam"),
        90,
        15,
    ),
    Programme(
        "seminar-za-nastavnike",
        EventKind.SEMINAR,
        Both("Безбедан интернет на мом часу", "The safe internet in my lesson"),
        Both(
            "Семинар за наставнике и школске психологе: шест готових активности за различите предмете.",
            "A seminar for teachers and school psychologists: six ready activities for different subjects.",
        ),
        (
            Both(
                "Од поруке на часу српског до вероватноће на часу математике: свака активност траје најдуже двадесет минута и не тражи рачунаре.",
                "From a message in the language lesson to probability in mathematics: each activity takes twenty minutes at most and needs no computers.",
            ),
            Both(
                "Учесници добијају радне листове и могу их слободно мењати.",
                "Those who take part get the worksheets and may change them freely.",
            ),
        ),
        ("teachers",),
        ("phishing", "hate-speech"),
        240,
        40,
        access=("step-free", "toilet", "hearing-loop"),
    ),
    Programme(
        "seminar-za-psihologe",
        EventKind.SEMINAR,
        Both("Кад дете каже: уцењују ме", "When a child says: I am being blackmailed"),
        Both(
            "Семинар за школске психологе и педагоге о првом разговору, чувању доказа и сарадњи са полицијом.",
            "A seminar for school psychologists and counsellors about the first talk, keeping evidence, and working with the police.",
        ),
        (
            Both(
                "Вежбамо првих десет минута: шта рећи, шта не питати и како детету обећати само оно што се може испунити.",
                "We practise the first ten minutes: what to say, what not to ask, and how to promise a child only what can be kept.",
            ),
            Both(
                "Гости су представници полиције и центра за социјални рад.",
                "The guests come from the police and the centre for social work.",
            ),
        ),
        ("teachers", "stakeholders"),
        ("sexting-blackmail", "csam"),
        240,
        30,
    ),
)
