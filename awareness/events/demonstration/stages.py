"""Plays, quizzes, and what pupils do for and with each other."""

from typing import Final

from awareness.events.demonstration.shape import Programme
from awareness.events.vocabulary import EventKind
from awareness.topics.subjects.shape import Both

STAGES: Final = (
    Programme(
        "svi-su-videli",
        EventKind.FORUM_THEATRE,
        Both("Сви су видели", "Everybody saw it"),
        Both(
            "Представа форум-театра о снимку који је обишао школу: публика зауставља сцену и мења крај.",
            "A forum theatre play about a video that went round the school: the audience stops the scene and changes its end.",
        ),
        (
            Both(
                "Представа траје двадесет минута и завршава се лоше. Онда је играмо поново: ко год из публике каже „стоп“, може да заузме место неког лика и покуша другачије.",
                "The play takes twenty minutes and ends badly. Then we play it again: whoever in the audience says “stop” may take the place of one of the characters and try another way.",
            ),
            Both(
                "Играју средњошколци који су прошли обуку код нас, а води их драмска педагошкиња.",
                "It is played by secondary-school pupils whom we trained, and led by a drama teacher.",
            ),
        ),
        ("children", "youth"),
        ("cyberbullying",),
        75,
        200,
        bookable=True,
        access=("step-free", "hearing-loop"),
    ),
    Programme(
        "uloga-koju-niko-nece",
        EventKind.FORUM_THEATRE,
        Both("Улога коју нико неће", "The part nobody wants"),
        Both(
            "Представа форум-театра о ономе ко ћути док други вређају: шта све може да уради сведок.",
            "A forum theatre play about the one who stays silent while others insult: all that a bystander can do.",
        ),
        (
            Both(
                "Главни јунак ниједном не напише ружну реч, а ипак је крив. Или није? Сала одлучује, па проверава на сцени.",
                "The hero does not write one ugly word, and still he is to blame. Or is he? The hall decides, and tries it out on stage.",
            ),
            Both(
                "После представе сваки разред добија лист са питањима за час одељењског старешине.",
                "After the play each class gets a sheet of questions for its next lesson with the class teacher.",
            ),
        ),
        ("youth", "teachers"),
        ("cyberbullying", "hate-speech"),
        75,
        180,
    ),
    Programme(
        "veliki-skolski-kviz",
        EventKind.QUIZ,
        Both("Велики школски квиз", "The great school quiz"),
        Both(
            "Екипе по четворо одмеравају знање о безбедном интернету; после сваког питања чује се и зашто.",
            "Teams of four compete in what they know about the safe internet; after each question you hear why, too.",
        ),
        (
            Both(
                "Тридесет питања у три круга: поруке, слике, подешавања. За нетачан одговор се не губе поени, јер се на њему највише научи.",
                "Thirty questions in three rounds: messages, pictures, settings. A wrong answer costs no points, for that is where one learns most.",
            ),
            Both(
                "Екипа може бити из истог разреда или помешана. Навијачи су добродошли.",
                "A team may come from one class or be mixed. Supporters are welcome.",
            ),
        ),
        ("children", "youth"),
        ("netiquette", "phishing"),
        90,
        80,
        bookable=True,
    ),
    Programme(
        "kviz-dve-skole",
        EventKind.QUIZ,
        Both("Квиз двеју школа", "A quiz of two schools"),
        Both(
            "Две школе из истог краја такмиче се уживо, а навијачи одговарају телефонима.",
            "Two schools from one neighbourhood compete on stage, while supporters answer with their phones.",
        ),
        (
            Both(
                "Питања су прављена са ученицима из обе школе, па нико нема предност домаћег терена.",
                "The questions were made with pupils of both schools, so nobody has the advantage of playing at home.",
            ),
            Both(
                "Победници добијају књиге, а сви учесници позив на обуку вршњачких едукатора.",
                "The winners get books, and everybody who took part an invitation to the training of peer educators.",
            ),
        ),
        ("children", "youth"),
        ("social-networks",),
        90,
        100,
    ),
    Programme(
        "vrsnjaci-vrsnjacima",
        EventKind.PEER_WORKSHOP,
        Both("Вршњаци вршњацима", "Peers for peers"),
        Both(
            "Средњошколци које смо обучили воде радионицу у основној школи: подешавања профила, корак по корак.",
            "Secondary-school pupils whom we trained lead a workshop in a primary school: settings of a profile, step by step.",
        ),
        (
            Both(
                "Од вршњака се лакше чује. Едукатори показују на свом профилу шта су раније сви могли да виде и како су то променили.",
                "It is easier to hear it from a peer. The educators show on their own profile what everybody could see before, and how they changed that.",
            ),
            Both(
                "Наставник је у учионици, али не води час.",
                "A teacher is in the room, but does not lead the lesson.",
            ),
        ),
        ("children",),
        ("privacy-settings", "social-networks"),
        60,
        30,
        bookable=True,
    ),
    Programme(
        "kutija-pitanja",
        EventKind.PEER_WORKSHOP,
        Both("Кутија питања", "The box of questions"),
        Both(
            "Ученици убацују питања без потписа, вршњачки едукатори одговарају, а стручњаци само допуњују.",
            "Pupils drop in questions without a name, peer educators answer them, and experts only add to it.",
        ),
        (
            Both(
                "Кутија стоји у школи недељу дана пре радионице. Питања читамо пре часа, да бисмо се спремили и за тешка.",
                "The box stands in the school for a week before the workshop. We read the questions beforehand, so that we are ready for the hard ones.",
            ),
            Both(
                "На питања која нису за цело одељење одговарамо писмом на огласној табли, опет без имена.",
                "Questions that are not for the whole class are answered by a letter on the notice board, again without a name.",
            ),
        ),
        ("children", "youth"),
        ("screen-time", "social-networks"),
        60,
        30,
    ),
    Programme(
        "obuka-vrsnjackih-edukatora",
        EventKind.PEER_TRAINING,
        Both("Обука вршњачких едукатора", "Training for peer educators"),
        Both(
            "Дводневна обука за ученике од првог до трећег разреда средње школе који желе да воде радионице за млађе.",
            "A two-day training for pupils of the first three years of secondary school who want to lead workshops for younger ones.",
        ),
        (
            Both(
                "Првог дана учимо о интернету, другог о људима: како се слуша, како се води група и када се позива одрасли.",
                "On the first day we learn about the internet, on the second about people: how to listen, how to lead a group, and when to call an adult.",
            ),
            Both(
                "Пријављују се школе, до четири ученика из сваке, уз сагласност родитеља за млађе од петнаест година.",
                "Schools put pupils forward, up to four from each; for those under fifteen their parents agree.",
            ),
        ),
        ("youth",),
        ("predators", "cyberbullying"),
        360,
        24,
        access=("step-free", "toilet", "quiet-space"),
    ),
    Programme(
        "obuka-kako-se-vodi-radionica",
        EventKind.PEER_TRAINING,
        Both("Како се води радионица", "How to lead a workshop"),
        Both(
            "Наставак обуке за вршњачке едукаторе: проба пред публиком и разговор о ономе што није успело.",
            "A second training for peer educators: a rehearsal before an audience, and a talk about what did not work.",
        ),
        (
            Both(
                "Свака екипа води петнаест минута своје радионице, а остали глуме разред: онај који ћути, онај који се шали и онај који зна све.",
                "Each team leads fifteen minutes of its workshop while the others play the class: the one who is silent, the one who jokes and the one who knows it all.",
            ),
            Both(
                "На крају свако добије записник са две похвале и једним предлогом.",
                "At the end everybody gets a note with two things that were good and one suggestion.",
            ),
        ),
        ("youth",),
        ("netiquette",),
        240,
        24,
    ),
)
