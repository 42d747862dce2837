"""Materials for homes and schools: an agreement, a checklist, a leaflet, a guide."""

from typing import Final

from awareness.library.demonstration.helplines import CRISIS_LINES, HELP_LINES, REMOVAL_SERVICES
from awareness.library.demonstration.shape import Material
from awareness.library.vocabulary import AccessibilityFeature, ResourceKind
from awareness.topics.demonstration.sheets import Part, Sheet
from awareness.topics.subjects.shape import Both as B

HOMES: Final = (
    Material(
        "porodicni-dogovor",
        ResourceKind.WORKSHEET,
        Sheet(
            B("Наш породични договор", "Our family agreement"),
            B("Пишемо га заједно, важи за све, мењамо га кад затреба.", "We write it together, it holds for everybody, we change it when we need to."),
            (
                Part("heading", B("Кад и где", "When and where")),
                Part("check", items=(
                    B("За столом нема телефона, ни код одраслих.", "No phones at the table, adults' included."),
                    B("Телефони ноћу спавају ван собе. Где: ____________________", "At night phones sleep outside the room. Where: ____________________"),
                    B("Пре игре: домаћи и пола сата напољу.", "Before games: homework and half an hour outside."),
                )),
                Part("heading", B("Шта делимо", "What we share")),
                Part("check", items=(
                    B("Питамо пре него што објавимо слику неког од нас.", "We ask before we publish a picture of one of us."),
                    B("Адресу, школу и лозинке не шаљемо никоме.", "We send our address, school and passwords to nobody."),
                )),
                Part("heading", B("Кад нешто крене наопако", "When something goes wrong")),
                Part("check", items=(
                    B("Дете може да каже све. Телефон због тога не губи.", "A child may say anything, and does not lose the phone for it."),
                    B("Одрасли прво слуша, па пита, па тек онда решава.", "An adult first listens, then asks, and only then decides."),
                )),
                Part("heading", B("Још два правила која сами пишемо", "Two more rules of our own")),
                Part("lines", lines=2),
                Part("box", B("Поново га читамо првог у месецу. Договор без разговора је само папир.", "We read it again on the first of the month. Without talking it is only paper.")),
                Part("sign", items=(B("Дете", "Child"), B("Родитељ", "Parent"), B("Датум", "Date"))),
            ),
        ),
        B("Једна страна коју породица попуни и потпише: кад, шта и кога зовемо.", "One page that a family fills in and signs: when, what and whom we call."),
        (
            B("Договор не пише родитељ за дете, него заједно. Зато важи и за одрасле.", "A parent does not write it for a child: both do. So it holds for adults too."),
        ),
        (
            B("Поделите га на родитељском састанку и дајте десет минута.", "Give it out at a parents' evening with ten minutes of time."),
            B("Не скупљајте попуњене листове: они остају у породици.", "Do not collect the sheets: they stay in the family."),
        ),
        B("Договорити се у породици пре него што настане проблем.", "To agree as a family before there is a problem."),
        B("договор, екрани, породица", "agreement, screens, family"),
        ("screen-time", "social-networks"),
        ("parents", "children"),
        ("7-9", "10-12", "13-15"),
        ("primary-1-4", "primary-5-8"),
        20,
        27,
        ("pdf", "docx"),
    ),
    Material(
        "provera-privatnosti",
        ResourceKind.WORKSHEET,
        Sheet(
            B("Провера приватности за петнаест минута", "A privacy check in fifteen minutes"),
            B("Листа за телефон и сваку мрежу коју користиш", "A checklist for your phone and every network you use"),
            (
                Part("heading", B("Налог", "Account")),
                Part("check", items=(
                    B("Лозинка је дугачка и другачија него на другим местима.", "The password is long and different from other places."),
                    B("Укључена је пријава у два корака.", "Two-step sign-in is on."),
                    B("Знам који су уређаји пријављени. Непознати су одјављени.", "I know which devices are signed in. I signed the unknown ones out."),
                )),
                Part("heading", B("Ко ме види", "Who sees me")),
                Part("check", items=(
                    B("Профил је приватан, или знам зашто није.", "My profile is private, or I know why it is not."),
                    B("Поруке могу да ми шаљу само они које познајем.", "Only people I know can write to me."),
                    B("На слици профила се не види школа ни зграда.", "My profile picture shows neither school nor house."),
                )),
                Part("heading", B("Телефон", "Phone")),
                Part("check", items=(
                    B("Локација је искључена за апликације којима не треба.", "Location is off for apps that do not need it."),
                    B("Камеру и микрофон сме да користи само оно што ја покренем.", "Only what I start may use camera and microphone."),
                    B("Екран се закључава сам.", "The screen locks by itself."),
                )),
                Part("heading", B("Шта ћу променити данас", "What I will change today")),
                Part("lines", lines=3),
            ),
        ),
        B("Девет ставки за налог, профил и телефон. Штиклираш једну по једну.", "Nine points for account, profile and phone. Tick them one by one."),
        (
            B("За ученике, али и за наставнике и родитеље: ставке су исте.", "For pupils, and for teachers and parents too: the points are the same."),
        ),
        (
            B("Свако ради на свом телефону; телефони се не показују другима.", "Everybody works on their own phone; nobody shows it to others."),
            B("Питајте само која је ставка изненадила.", "Ask only which point surprised them."),
        ),
        B("Наћи и променити најважнија подешавања.", "To find and change the settings that matter most."),
        B("приватност, подешавања, лозинка", "privacy, settings, password"),
        ("privacy-settings", "personal-data"),
        ("children", "parents", "educators"),
        ("13-15", "16-18"),
        ("primary-5-8", "secondary", "adults"),
        15,
        16,
    ),
    Material(
        "kad-neko-preti-slikom",
        ResourceKind.LEAFLET,
        Sheet(
            B("Кад неко прети твојом сликом", "When somebody threatens you with a picture"),
            B("Није твоја кривица. Пет корака, овим редом.", "It is not your fault. Five steps, in this order."),
            (
                Part("steps", items=(
                    B("Кажи одраслом коме верујеш. Можеш да покажеш овај лист.", "Tell an adult you trust. You can show this leaflet."),
                    B("Не плаћај и не шаљи ништа више. Ко једном добије, тражи још.", "Do not pay and send nothing more. Who gets it once asks again."),
                    B("Не бриши. Сачувај поруке, имена налога и време. Слику не снимај са екрана.", "Do not delete. Keep the messages, account names and times. Do not screenshot the picture."),
                    B("Прекини разговор и блокирај налог, кад је све сачувано.", "End the conversation and block the account, once all is kept."),
                    B("Пријавите заједно: полиција 192, Нет патрола, или платформа на којој се то дешава.", "Report it together: police 192, Net Patrola, or the platform where it happens.")
                )),
                Part("heading", B("Кога да зовем", "Whom to call")),
                Part("list", items=tuple(line.in_short for line in HELP_LINES[:3])),
                Part("heading", B("Тешко ти је да живиш?", "Is it hard to go on living?")),
                Part("text", B("Не остај без друштва: пођи до неког коме верујеш. Ово је важније од свега осталог.", "Do not stay alone: go to somebody you trust. This comes before everything else.")),
                Part("list", items=tuple(line.in_short for line in CRISIS_LINES)),
                Part("heading", B("Како да слика нестане", "How to get a picture taken down")),
                Part("list", items=REMOVAL_SERVICES),
                Part("heading", B("За одрасле", "For adults")),
                Part("text", B("Прво реците: „Добро је што си ми рекао.“ Питања зашто и како могу да сачекају сутра.", "Say first: “It is good that you told me.” Why and how can wait until tomorrow.")),
                Part("box", B("Слику не снимајте са екрана и не прослеђујте, ни као доказ. Полицији покажите телефон.", "Do not screenshot or forward the picture, not even as evidence. Show the police the phone.")),
            ),
        ),
        B("Лист за младе и родитеље: пет корака и бројеви које вреди знати.", "A leaflet for young people and parents: five steps and the numbers to know."),
        (
            B("Стоји у ходнику, код психолога и на сајту школе. Ко га узме, не мора ником да каже зашто.", "For the corridor, the psychologist's room and the school's website. Nobody who takes one has to say why."),
        ),
        (
            B("Не делите га појединачно: оставите га тамо где може да се узме неопажено.", "Do not hand it to somebody: leave it where it can be taken unseen."),
        ),
        B("Шта урадити у првом сату уцене.", "What to do in the first hour of blackmail."),
        B("уцена, слике, помоћ", "blackmail, pictures, help"),
        ("sexting-blackmail", "predators"),
        ("children", "parents"),
        ("13-15", "16-18"),
        ("primary-5-8", "secondary"),
        10,
        13,
    ),
    Material(
        "prva-24-sata-vodic-za-skolu",
        ResourceKind.HANDBOOK,
        Sheet(
            B("Прва двадесет и четири сата", "The first twenty-four hours"),
            B("Водич за школу кад се деси дигитално насиље", "A guide for schools when cyberbullying happens"),
            (
                Part("heading", B("Први сат", "The first hour")),
                Part("check", items=(
                    B("Дете које је повређено није само. Особа којој верује остаје с њим.", "The child who was hurt is not alone. Somebody they trust stays with them."),
                    B("Поруке, имена налога и адресе се чувају. Интимне слике се не снимају са екрана и не прослеђују.", "Messages, account names and addresses are kept. Intimate pictures are neither screenshot nor forwarded."),
                    B("Обавештен је тим за заштиту од насиља.", "The team against violence knows."),
                )),
                Part("heading", B("До краја дана", "By the end of the day")),
                Part("check", items=(
                    B("Позвани су родитељи свих укључених, одвојено.", "Parents of everybody involved were called, separately."),
                    B("Садржај је пријављен мрежи; ако је незаконит, Нет патроли или полицији (192).", "The content was reported to the network; if illegal, to Net Patrola or the police (192)."),
                    B("Договорено је ко говори са разредом и шта каже.", "It is agreed who speaks to the class and what they say."),
                )),
                Part("heading", B("Сутра", "Tomorrow")),
                Part("check", items=(
                    B("Разговор са дететом: шта ти треба да данас будеш у школи?", "A talk with the child: what do you need to be at school today?"),
                    B("План праћења за четири недеље, са датумима.", "A plan for the next four weeks, with dates."),
                )),
                Part("heading", B("Белешке тима", "Notes of the team")),
                Part("table", columns=3, items=(
                    B("Шта", "What"), B("Ко", "Who"), B("До кад", "By when"),
                    *(B("", ""),) * 9,
                )),
                Part("box", B("Име детета не пишите у поруке и групе. Водич је помоћ, а прописи и правилник школе важе пре њега.", "Do not write the child's name in messages and groups. This guide helps; the law and the school's own rules come first.")),
            ),
        ),
        B("Шта школа ради у првом сату, до краја дана и сутра. Документ се мења и попуњава.", "What a school does in the first hour, by the end of the day and tomorrow. To be changed and filled in."),
        (
            B("Документ је у Word формату да би га школа прилагодила и допунила именима свог тима.", "The guide is a Word document, so that a school can adapt it and add the names of its team."),
        ),
        (
            B("Прођите кроз водич на наставничком већу пре него што затреба.", "Go through the guide at a teachers' meeting before it is needed."),
        ),
        B("Поступити смирено и редом кад се насиље деси.", "To act calmly and in order when it happens."),
        B("школа, поступање, тим за заштиту", "school, procedure, protection team"),
        ("cyberbullying", "hate-speech"),
        ("educators",),
        (),
        ("adults",),
        25,
        4,
        ("docx",),
        (),
        (AccessibilityFeature.NAVIGATION,),
    ),
)  # fmt: skip
