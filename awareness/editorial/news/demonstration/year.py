"""The articles of the year before, of which the last weeks are in `stories`. No person and no school in them is real."""

from typing import Final

from awareness.editorial.news.demonstration.shape import Block, Drawing, Shape, Story, paragraphs
from awareness.editorial.news.demonstration.shape import Palette as C
from awareness.editorial.news.models import BlockKind as Kind
from awareness.topics.subjects.shape import Both as B

YEAR: Final = (
    Story(
        "sta-biva-posle-prijave",
        B("Шта бива после пријаве", "What happens after a report"),
        B("Од адресе до одговора: пут једне пријаве кроз Нет патролу, корак по корак.", "From address to answer: the way of a report through Net Patrola, step by step."),
        ("csam",),
        318,
        (
            Block(Kind.TEXT, text=paragraphs(
                "Пријава стиже без имена. Систем прво провери да ли је адреса већ позната, па је даје аналитичару који је на реду.\n\nАналитичар одговара на питања из упитника: шта је на страници, где се налази и да ли је дете у опасности. Ако је садржај незаконит, исто мора да потврди и друга особа, која први одговор не види.",
                "A report comes without a name. The system first checks whether the address is known already, then hands it to the analyst whose turn it is.\n\nThe analyst answers a set of questions: what the page shows, where it is kept, and whether a child is in danger. If the content is illegal, a second person who has not seen the first answer must come to the same.")),
            Block(Kind.IMAGE, alt=B("Цртеж: четири кутије у низу, од прве до последње води стаза.", "A drawing: four boxes in a row, a path leads from the first to the last."), drawing=Drawing(C.MINT, (
                Shape("box", C.TEAL, (60, 460, 940, 520)), Shape("box", C.PAPER, (80, 340, 250, 640)), Shape("box", C.PAPER, (310, 340, 480, 640)),
                Shape("box", C.PAPER, (540, 340, 710, 640)), Shape("box", C.SUN, (770, 340, 940, 640)), Shape("disc", C.CORAL, (130, 430, 200, 554)),
            ))),
            Block(Kind.TEXT, text=paragraphs(
                "Снимци сексуалног злостављања деце на серверу у Србији прво иду полицији. Ако је сервер у земљи чија је линија члан мреже INHOPE, обавештава се та линија. Нет патрола је њен члан од новембра 2013.",
                "Child sexual abuse material on a server in Serbia goes to the police first. If the server is in a country whose hotline belongs to INHOPE, that hotline is told. Net Patrola has been a member since November 2013.")),
            Block(Kind.QUESTION, B("Како да сазнам шта је урађено?", "How can I learn what was done?"), paragraphs(
                "Шифром коју сте добили на крају. Ко је изгуби, не може да буде пронађен: ми не знамо ко је пријавио.",
                "With the receipt you were given at the end. Whoever loses it cannot be found: we do not know who reported.")),
            Block(Kind.CALLOUT, B("Опасност сада", "Danger now"), paragraphs("Ако је дете у непосредној опасности, не чекајте: полиција, 192.", "If a child is in immediate danger, do not wait: police, 192.")),
        ),
    ),
    Story(
        "komentari-koje-smo-procitali-naglas",
        B("Коментари које смо прочитали наглас", "Comments we read aloud"),
        B("Ученици једне гимназије вежбали су где престаје мишљење, а почиње позив на мржњу.", "Pupils of a grammar school practised where an opinion ends and a call to hatred begins."),
        ("hate-speech", "netiquette"),
        251,
        (
            Block(Kind.TEXT, text=paragraphs(
                "Исти коментар прочитан је четири пута: тихо, подсмешљиво, љутито и онако како би га чуо онај коме је упућен. После четвртог читања у учионици је било тихо.\n\nНајтеже је било питање шта тада ради онај ко само чита.",
                "The same comment was read four times: quietly, mockingly, angrily, and as the person it was meant for would hear it. After the fourth the room was silent.\n\nThe hardest question was what somebody does who only reads along.")),
            Block(Kind.IMAGE, alt=B("Цртеж: четири облачића исте величине, сваки у другој боји.", "A drawing: four bubbles of one size, each in another colour."), drawing=Drawing(C.LILAC, (
                Shape("box", C.TEAL, (70, 300, 270, 620)), Shape("box", C.SUN, (295, 300, 495, 620)), Shape("box", C.CORAL, (520, 300, 720, 620)),
                Shape("box", C.INK, (745, 300, 945, 620)), Shape("disc", C.PAPER, (130, 400, 210, 542)), Shape("disc", C.PAPER, (805, 400, 885, 542)),
            ))),
            Block(Kind.CALLOUT, B("Питање за крај часа", "A question to end the lesson"), paragraphs("Да ли бих то рекао пред њим, његовом мајком и целим одељењем?", "Would I say it before them, their mother and the whole class?")),
            Block(Kind.QUESTION, B("Да ли је свака увреда говор мржње?", "Is every insult hate speech?"), paragraphs(
                "Није. Говор мржње напада људе због онога што јесу и позива друге да их мрзе. Увреда боли, и она се пријављује мрежи, али је правно нешто друго.",
                "No. Hate speech attacks people for what they are and calls on others to hate them. An insult hurts and is reported to the network too, but in law it is something else.")),
        ),
    ),
    Story(
        "predstava-kojoj-publika-menja-kraj",
        B("Представа којој публика мења крај", "A play whose end the audience changes"),
        B("Форум-театар о дигиталном насиљу: ко у сали дигне руку, улази у причу.", "Forum theatre about cyberbullying: whoever raises a hand steps into the story."),
        ("cyberbullying",),
        203,
        (
            Block(Kind.TEXT, text=paragraphs(
                "Представа траје петнаест минута и завршава се лоше. Онда почиње поново, а свако из публике може да каже „стоп“ и замени једног од ликова.\n\nНајчешће желе да замене насилника. Прича се, међутим, мења тек кад неко замени оне који ћуте.",
                "The play takes fifteen minutes and ends badly. Then it begins again, and anybody in the audience may call “stop” and take the place of a character.\n\nMost want to replace the bully. But the story changes only when somebody replaces those who are silent.")),
            Block(Kind.IMAGE, alt=B("Цртеж: позорница са завесом и пет седишта, једно је празно.", "A drawing: a stage with a curtain and five seats, one of them empty."), drawing=Drawing(C.PEACH, (
                Shape("box", C.CORAL, (60, 80, 260, 620)), Shape("box", C.CORAL, (740, 80, 940, 620)), Shape("box", C.INK, (260, 540, 740, 620)),
                Shape("disc", C.SUN, (430, 250, 570, 499)), Shape("box", C.TEAL, (120, 740, 240, 900)), Shape("box", C.TEAL, (280, 740, 400, 900)),
                Shape("box", C.PAPER, (440, 740, 560, 900)), Shape("box", C.TEAL, (600, 740, 720, 900)), Shape("box", C.TEAL, (760, 740, 880, 900)),
            ))),
            Block(Kind.QUESTION, B("Може ли наша школа да је угости?", "Can it come to our school?"), paragraphs(
                "Може. Потребна је сала за шездесет људи и особа у школи с којом разговор може да се настави после представе. Места се резервишу на страници Догађаји.",
                "Yes. You need a hall for sixty people and a person at school with whom a talk can go on afterwards. Places are booked on the page Events.")),
        ),
    ),
    Story(
        "unuci-uce-bake-i-deke",
        B("Унуци уче баке и деке", "Grandchildren teach their grandparents"),
        B("Домаћи задатак који се ради за кухињским столом: породична реч против преваре.", "Homework for the kitchen table: a family word against fraud."),
        ("phishing",),
        148,
        (
            Block(Kind.TEXT, text=paragraphs(
                "Задатак је био једноставан: прочитај летак са неким старијим од шездесет и смислите реч коју нико други не зна. Ко позове и тражи новац, мора да је каже.\n\nСедмаци су се вратили с причама које нису очекивали. Многима је већ стигла порука о пакету, а мало ко је о томе ишта рекао.",
                "The task was simple: read the leaflet with somebody over sixty and invent a word that nobody else knows. Whoever calls and asks for money has to say it.\n\nThe seventh-graders came back with stories they had not expected. Many had been sent the message about a parcel, and few had told anybody.")),
            Block(Kind.IMAGE, alt=B("Цртеж: две шоље на столу и телефон између њих.", "A drawing: two cups on a table and a phone between them."), drawing=Drawing(C.SKY, (
                Shape("box", C.TEAL, (60, 640, 940, 760)), Shape("box", C.PAPER, (150, 440, 320, 640)), Shape("disc", C.PAPER, (290, 470, 380, 600)),
                Shape("box", C.SUN, (680, 440, 850, 640)), Shape("disc", C.SUN, (620, 470, 710, 600)), Shape("box", C.INK, (440, 380, 560, 640)),
            ))),
            Block(Kind.CALLOUT, B("Ко је преварен није крив", "Whoever was cheated is not to blame"), paragraphs("Стид је најбољи помоћник преваранта. Зато прво кафа, па разговор.", "Shame is a fraudster's best helper. So first a coffee, then a talk.")),
            Block(Kind.QUESTION, B("Шта ако је новац већ отишао?", "What if the money is gone already?"), paragraphs(
                "Позовите банку одмах и тражите да блокира картицу, сачувајте поруку и пријавите превару полицији (192).",
                "Call the bank at once and have the card blocked, keep the message, and report the fraud to the police (192).")),
        ),
    ),
    Story(
        "panel-mladih-predao-belu-knjigu",
        B("Омладински панел предао Белу књигу", "The youth panel has handed over its White Paper"),
        B("Дванаест препорука о томе како школа да учи о интернету стигло је до Министарства.", "Twelve recommendations on how schools should teach about the internet have reached the Ministry."),
        ("social-networks", "netiquette"),
        94,
        (
            Block(Kind.TEXT, text=paragraphs(
                "Панел чине ученици од једанаест до осамнаест година. На консултацијама су говорили о часовима, наставницима, телефонима и о томе коме у школи могу да се повере.\n\nИз свега је настало дванаест препорука. Уз сваку пише од кога се шта тражи и колико чланова је подржава.",
                "The panel is made of pupils from eleven to eighteen. At the consultations they spoke about lessons, teachers, phones, and about whom at school they can confide in.\n\nOut of it came twelve recommendations. Each says what is asked of whom, and how many members support it.")),
            Block(Kind.IMAGE, alt=B("Цртеж: отворена књига са дванаест обојених картица.", "A drawing: an open book with twelve coloured cards."), drawing=Drawing(C.MINT, (
                Shape("box", C.TEAL, (110, 160, 890, 800)), Shape("box", C.PAPER, (140, 190, 490, 770)), Shape("box", C.PAPER, (510, 190, 860, 770)),
                *(Shape("box", colour, (170 + 100 * column + (70 if column > 2 else 0), 250 + 250 * row, 250 + 100 * column + (70 if column > 2 else 0), 430 + 250 * row))
                  for row in range(2) for column, colour in enumerate((C.SUN, C.CORAL, C.SKY, C.LILAC, C.PEACH, C.SUN))),
            ))),
            Block(Kind.QUESTION, B("Где се види шта је усвојено?", "Where can I see what was accepted?"), paragraphs(
                "На страници панела, уз сваку препоруку: кад је примљена, шта је одговорено и колико се чекало.",
                "On the panel's page, beside every recommendation: when it was received, what was answered and how long it took.")),
            Block(Kind.CALLOUT, B("Реч једног члана", "The word of a member"), paragraphs("Питајте нас опет и реците шта сте урадили.", "Ask us again and tell us what you have done.")),
        ),
    ),
    Story(
        "sta-o-nama-zna-telefon",
        B("Шта о нама зна телефон", "What the phone knows about us"),
        B("Један обичан дан измишљеног седмака: двадесет и три пута неко је нешто сазнао.", "An ordinary day of an invented seventh-grader: twenty-three times somebody learned something."),
        ("personal-data", "privacy-settings"),
        57,
        (
            Block(Kind.TEXT, text=paragraphs(
                "Будилник, временска прогноза, игра у аутобусу, слика ужине. Ученици су пратили један дан и сваки пут дизали картон кад неко сазна где је дечак, с ким је или шта воли.\n\nНа крају је свако прегледао дозволе трију апликација. Телефони нису прелазили из руке у руку.",
                "The alarm, the weather, a game on the bus, a picture of lunch. Pupils followed one day and raised a card each time somebody learned where the boy is, with whom, or what he likes.\n\nAt the end everybody looked through the permissions of three apps. No phone left its owner's hands.")),
            Block(Kind.IMAGE, alt=B("Цртеж: телефон из кога се шири пет кругова.", "A drawing: a phone from which five circles spread."), drawing=Drawing(C.SKY, (
                Shape("disc", "#c4dcf0", (180, 0, 820, 1000)), Shape("disc", C.MINT, (260, 90, 740, 910)), Shape("disc", C.PAPER, (340, 200, 660, 800)),
                Shape("box", C.INK, (430, 280, 570, 720)), Shape("box", C.SUN, (446, 320, 554, 660)),
            ))),
            Block(Kind.QUESTION, B("Које дозволе прво да искључим?", "Which permissions should I switch off first?"), paragraphs(
                "Локацију, микрофон и именик, свуда где апликацији не требају за оно што ради. Батеријска лампа не мора да зна где си.",
                "Location, microphone and contacts, wherever an app does not need them for what it does. A torch need not know where you are.")),
            Block(Kind.CALLOUT, B("За родитеље", "For parents"), paragraphs("Урадите исто на свом телефону, заједно са дететом.", "Do the same on your own phone, together with your child.")),
        ),
    ),
)  # fmt: skip
