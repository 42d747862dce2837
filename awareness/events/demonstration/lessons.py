"""Presentations and workshops."""

from typing import Final

from awareness.events.demonstration.shape import Programme
from awareness.events.vocabulary import EventKind
from awareness.topics.subjects.shape import Both

LESSONS: Final = (
    Programme(
        "poruka-koja-zuri",
        EventKind.PRESENTATION,
        Both("Порука која жури", "The message in a hurry"),
        Both(
            "Интерактивна презентација о лажним порукама: три знака по којима се препознају и шта урадити кад већ кликнеш.",
            "An interactive presentation about fake messages: three signs that give them away, and what to do once you have clicked.",
        ),
        (
            Both(
                "На платну се смењују праве и лажне поруке, а сала гласа картонима у боји. После сваке поруке заједно тражимо знаке: журбу, непознату адресу и награду која није заслужена.",
                "Real and fake messages follow one another on the screen, and the hall votes with coloured cards. After each one we look for the signs together: haste, an unknown address, a prize nobody earned.",
            ),
            Both(
                "Нико не мора да прича о ономе што му се десило. Ко жели, може после презентације да поразговара са нама насамо.",
                "Nobody has to talk about what happened to them. Whoever wants to can speak to us alone afterwards.",
            ),
        ),
        ("children", "teachers"),
        ("phishing",),
        60,
        120,
        bookable=True,
        access=("step-free", "toilet"),
    ),
    Programme(
        "sta-o-meni-zna-moj-telefon",
        EventKind.PRESENTATION,
        Both("Шта о мени зна мој телефон", "What my phone knows about me"),
        Both(
            "Презентација о личним подацима: ко их тражи, зашто су некоме вредни и које дозволе апликацији не требају.",
            "A presentation about personal data: who asks for them, why they are worth something, and which permissions no app needs.",
        ),
        (
            Both(
                "Пратимо један обичан дан једног измишљеног седмака и бројимо колико пута је неко сазнао где је, с ким је и шта воли.",
                "We follow one ordinary day of an invented seventh-grader and count how often somebody learned where he is, with whom and what he likes.",
            ),
            Both(
                "На крају свако на свом уређају прегледа дозволе трију апликација. Телефоне нико не даје из руке.",
                "At the end everybody looks through the permissions of three apps on their own device. Nobody hands over a phone.",
            ),
        ),
        ("children", "youth"),
        ("personal-data", "privacy-settings"),
        60,
        150,
        bookable=True,
    ),
    Programme(
        "iza-ekrana-je-covek",
        EventKind.PRESENTATION,
        Both("Иза екрана је човек", "Behind the screen is a person"),
        Both(
            "Презентација о говору мржње и лепом понашању на мрежи, са примерима из коментара које смо написали за ову прилику.",
            "A presentation about hate speech and good manners online, with comments that we wrote for the occasion.",
        ),
        (
            Both(
                "Исти коментар читамо наглас четири пута: као шалу, као увреду, као претњу и као позив на мржњу. Где је граница и ко је повлачи?",
                "We read the same comment aloud four times: as a joke, as an insult, as a threat and as a call to hate. Where is the line, and who draws it?",
            ),
            Both(
                "Показујемо и како се садржај пријављује Нет патроли и шта се после пријаве догађа.",
                "We also show how content is reported to Net Patrola, and what happens after a report.",
            ),
        ),
        ("youth", "teachers"),
        ("hate-speech", "netiquette"),
        60,
        150,
    ),
    Programme(
        "lozinka-koju-pamtim",
        EventKind.WORKSHOP,
        Both("Лозинка коју памтим", "A password I remember"),
        Both(
            "Радионица за једно одељење: свако смисли реченицу која постаје лозинка и укључи пријаву у два корака.",
            "A workshop for one class: everybody invents a sentence that becomes a password, and sets up two-step sign-in.",
        ),
        (
            Both(
                "Прво погађамо лозинке измишљених ликова из њихових објава, па схватимо зашто име кућног љубимца није добра идеја.",
                "First we guess the passwords of invented people from what they post, and see why the name of a pet is a poor idea.",
            ),
            Both(
                "Радионица траје два школска часа. Потребни су само оловке и папир; уређаји су добродошли, али нису услов.",
                "The workshop takes two lessons. Only pencils and paper are needed; devices are welcome but not a must.",
            ),
        ),
        ("children",),
        ("privacy-settings", "personal-data"),
        90,
        30,
        bookable=True,
        access=("step-free", "large-print"),
    ),
    Programme(
        "nasa-pravila-za-grupu",
        EventKind.WORKSHOP,
        Both("Наша правила за групу", "Our rules for the group chat"),
        Both(
            "Одељење заједно пише десет правила за своју групу и договара се шта ради онај ко види да их неко крши.",
            "A class writes ten rules for its group chat together, and agrees what to do when somebody breaks them.",
        ),
        (
            Both(
                "Полазимо од три измишљене преписке у којима је шала отишла предалеко. Свака група игра једну улогу: ко пише, кога се тиче, ко ћути.",
                "We begin with three invented chats in which a joke went too far. Each group plays a part: who writes, whom it is about, who stays silent.",
            ),
            Both(
                "Правила остају одељењу на плакату, са потписима свих.",
                "The rules stay with the class on a poster, signed by everybody.",
            ),
        ),
        ("children",),
        ("cyberbullying", "netiquette"),
        90,
        30,
        bookable=True,
    ),
    Programme(
        "slika-pre-slanja",
        EventKind.WORKSHOP,
        Both("Пет секунди пре слања", "Five seconds before you send"),
        Both(
            "Радионица за средњошколце о сликама које се деле: пристанак, уцена и шта закон каже.",
            "A workshop for secondary schools about pictures that are shared: consent, blackmail, and what the law says.",
        ),
        (
            Both(
                "Радимо у малим групама, без постављања личних питања. Случајеви су измишљени, а завршавају се онако како група одлучи.",
                "We work in small groups and ask nothing personal. The cases are invented, and end the way the group decides.",
            ),
            Both(
                "Психолошкиња је ту све време, и после радионице.",
                "A psychologist is there all the time, and afterwards too.",
            ),
        ),
        ("youth",),
        ("sexting-blackmail",),
        90,
        30,
        bookable=True,
        access=("step-free", "quiet-space"),
    ),
    Programme(
        "pravo-ili-napravljeno",
        EventKind.WORKSHOP,
        Both("Право или направљено", "Real or made up"),
        Both(
            "Како се препознаје снимак који је направио програм, и зашто је важније ко га дели него колико је убедљив.",
            "How to tell a video that a program made, and why who shares it matters more than how convincing it is.",
        ),
        (
            Both(
                "Гледамо дванаест снимака и тражимо трагове: сенке, шаке, звук, извор. Онда сами правимо лажну насловну страну о свом разреду и проверавамо колико брзо се прича шири.",
                "We watch twelve videos and look for traces: shadows, hands, sound, source. Then we make a fake front page about our own class and see how fast the story spreads.",
            ),
            Both(
                "Радионица је прилагођена и ученицима који слушају уз тумача за знаковни језик.",
                "The workshop suits pupils who follow it with a sign language interpreter too.",
            ),
        ),
        ("children", "youth"),
        ("deepfakes",),
        90,
        30,
        bookable=True,
        languages=("sr", "sgn"),
        access=("step-free", "signed"),
    ),
    Programme(
        "ko-je-s-druge-strane",
        EventKind.WORKSHOP,
        Both("Ко је с друге стране?", "Who is on the other side?"),
        Both(
            "Радионица на мађарском и српском о непознатима који су превише љубазни, за пети и шести разред.",
            "A workshop in Hungarian and Serbian about strangers who are far too nice, for fifth and sixth grades.",
        ),
        (
            Both(
                "Читамо разговор ред по ред и дижемо руку чим нешто не буде у реду. Разговор је измишљен, а завршава се тако што јунакиња прича мами.",
                "We read a chat line by line and raise a hand as soon as something is not right. The chat is invented, and ends with the heroine telling her mother.",
            ),
            Both(
                "Учимо три реченице којима се разговор прекида и сазнајемо коме се после обратити.",
                "We learn three sentences that end such a chat, and whom to turn to afterwards.",
            ),
        ),
        ("children",),
        ("predators",),
        90,
        30,
        bookable=True,
        languages=("sr", "hu"),
    ),
)
