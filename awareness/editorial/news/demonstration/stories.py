"""The newest articles of the demonstration, a planned one and a draft. They tell what a centre does in a school year; no person and no school in them is real."""

from typing import Final

from awareness.editorial.news.demonstration.shape import Block, Drawing, Shape, Story, paragraphs
from awareness.editorial.news.demonstration.shape import Palette as C
from awareness.editorial.news.models import BlockKind as Kind
from awareness.topics.demonstration.sheets import Part, Sheet
from awareness.topics.subjects.shape import Both as B

STORIES: Final = (
    Story(
        "prvi-cas-o-porukama-koje-zure",
        B("Први час о порукама које журе", "The first lesson about messages in a hurry"),
        B("Наставници су пробали нову припрему за час о пецању. Ево шта су рекли ученици.", "Teachers tried the new lesson plan about phishing. This is what pupils said."),
        ("phishing",),
        31,
        (
            Block(Kind.TEXT, text=paragraphs(
                "Шест порука, двадесет парова и једно питање: „може“ или „стани“? Тако почиње час који смо припремили за старије разреде основне школе.\n\nНајвише расправе изазвала је порука из библиотеке. Изгледала је досадно, и баш зато су јој неки веровали, а неки нису.",
                "Six messages, twenty pairs and one question: “fine” or “stop”? So begins the lesson we made for the upper grades of primary school.\n\nThe message from the library was argued about most. It looked dull, and that is why some believed it and some did not.")),
            Block(Kind.IMAGE, alt=B("Цртеж: пет облачића с порукама, један од њих је црвен.", "A drawing: five message bubbles, one of them red."), drawing=Drawing(C.SKY, (
                Shape("box", C.PAPER, (90, 130, 470, 300)), Shape("box", C.PAPER, (530, 230, 910, 400)), Shape("box", C.CORAL, (90, 400, 470, 570)),
                Shape("box", C.PAPER, (530, 500, 910, 670)), Shape("box", C.PAPER, (90, 670, 470, 840)), Shape("disc", C.SUN, (430, 350, 510, 492)),
            ))),
            Block(Kind.CALLOUT, B("Правило једног разреда", "The rule of one class"), paragraphs("Ако порука жури, ја не журим.", "If the message hurries, I do not.")),
            Block(Kind.QUESTION, B("Шта ако је неко већ кликнуо?", "What if somebody has clicked already?"), paragraphs(
                "Кажи одраслом, промените лозинку са другог уређаја и одјавите непознате уређаје. Ако је отишао број картице, зовите банку одмах.",
                "Tell an adult, change the password on another device and sign unknown devices out. If a card number is gone, call the bank at once.")),
        ),
    ),
    Story(
        "roditeljski-sastanak-koji-ne-plasi",
        B("Родитељски састанак који не плаши", "A parents' evening that frightens nobody"),
        B("Четрдесет минута, један договор на папиру и без иједне страшне приче.", "Forty minutes, one agreement on paper and not a single horror story."),
        ("screen-time", "social-networks"),
        22,
        (
            Block(Kind.TEXT, text=paragraphs(
                "Родитељи најчешће питају колико сати је превише. Важније је шта дете ради за екраном и да ли може да прича о томе.\n\nЗато састанак почиње питањем за одрасле: кад сте последњи пут погледали телефон за столом?",
                "Parents mostly ask how many hours are too many. What a child does at the screen, and whether it can speak of it, matters more.\n\nSo the evening begins with a question for adults: when did you last look at your phone at the table?")),
            Block(Kind.IMAGE, alt=B("Цртеж: сто са четири тањира и корпом за телефоне.", "A drawing: a table with four plates and a basket for phones."), drawing=Drawing(C.PEACH, (
                Shape("box", C.TEAL, (120, 260, 880, 780)), Shape("disc", C.PAPER, (180, 320, 320, 569)), Shape("disc", C.PAPER, (680, 320, 820, 569)),
                Shape("disc", C.PAPER, (270, 540, 400, 771)), Shape("disc", C.PAPER, (600, 540, 730, 771)), Shape("box", C.SUN, (410, 350, 590, 560)),
                Shape("box", C.INK, (440, 390, 480, 520)), Shape("box", C.INK, (500, 390, 540, 520)),
            ))),
            Block(Kind.FILE, B("План састанка", "Plan of the evening (in Serbian)"), sheet=Sheet(
                B("Родитељски састанак о екранима", "A parents' evening about screens"),
                B("План за разредног старешину · 40 минута", "A plan for the class teacher · 40 minutes"),
                (
                    Part("table", items=(
                        B("Време", "Time"), B("Шта радимо", "What we do"),
                        B("5 мин", "5 min"), B("Питање за одрасле: кад сте последњи пут погледали телефон за столом?", "A question for adults: when did you last look at your phone at the table?"),
                        B("15 мин", "15 min"), B("У групама: једна навика коју желим да задржим, једна коју желим да променим.", "In groups: one habit I want to keep, one I want to change."),
                        B("15 мин", "15 min"), B("Свака породица почиње свој договор. Завршава га код куће, са дететом.", "Each family begins its agreement and finishes it at home, with the child."),
                        B("5 мин", "5 min"), B("Кога зовемо: 19833, 116111, школски психолог.", "Whom we call: 19833, 116111, the school's psychologist."),
                    )),
                    Part("box", B("Без снимака и прича о туђој деци.", "No recordings and no stories about other people's children.")),
                ),
            )),
            Block(Kind.QUESTION, B("Треба ли забранити телефон?", "Should the phone be forbidden?"), paragraphs(
                "Забрана прекида и разговор. Договор који важи за све, и за одрасле, траје дуже.",
                "A ban ends the talk as well. An agreement that holds for everybody, adults included, lasts longer.")),
        ),
    ),
    Story(
        "sta-uraditi-kad-neko-preti-slikom",
        B("Кад неко прети сликом: пет корака", "When somebody threatens with a picture: five steps"),
        B("Нови лист за ходник и канцеларију психолога. Није твоја кривица.", "A new leaflet for the corridor and the psychologist's room. It is not your fault."),
        ("sexting-blackmail",),
        12,
        (
            Block(Kind.CALLOUT, B("Ако ти се то дешава сада", "If it happens to you now"), paragraphs(
                "Кажи неком, не плаћај, не бриши. Зови 116111 или 19833. Ако је опасно, 192.",
                "Tell somebody, do not pay, do not delete. Call 116111 or 19833. In danger, 192.")),
            Block(Kind.TEXT, text=paragraphs(
                "Уцењивач рачуна на стид. Зато је први корак да неко други сазна: родитељ, брат, психолог, линија за помоћ.\n\nЛист је направљен тако да може да се узме успут, без питања. Школе могу да га одштампају или поставе на свој сајт.",
                "A blackmailer counts on shame. So the first step is that somebody else knows: a parent, a brother, a psychologist, a help line.\n\nThe leaflet is made to be taken in passing, without a question. Schools can print it or put it on their site.")),
            Block(Kind.IMAGE, alt=B("Цртеж: пет стопа које воде од тамног ка светлом.", "A drawing: five steps that lead from dark to light."), drawing=Drawing(C.INK, (
                Shape("box", C.TEAL, (60, 680, 240, 880)), Shape("box", "#137a8b", (240, 560, 420, 880)), Shape("box", C.MINT, (420, 440, 600, 880)),
                Shape("box", C.SKY, (600, 320, 780, 880)), Shape("box", C.SUN, (780, 200, 960, 880)), Shape("disc", C.SUN, (840, 60, 920, 202)),
            ))),
            Block(Kind.QUESTION, B("Да ли смем да пошаљем доказ другу?", "May I send the evidence to a friend?"), paragraphs(
                "Не. Слика малолетне особе не сме да се прослеђује, ни као доказ. Покажи телефон полицији.",
                "No. A picture of a minor must not be passed on, not even as evidence. Show the phone to the police.")),
        ),
    ),
    Story(
        "decji-detektivi-i-namestene-slike",
        B("Ученици као детективи и намештене слике", "Pupils as detectives of made-up pictures"),
        B("Прсти, сенке и једно питање: ко је објавио први?", "Fingers, shadows and one question: who published it first?"),
        ("deepfakes",),
        3,
        (
            Block(Kind.TEXT, text=paragraphs(
                "Машина данас прави слику човека који не постоји за неколико секунди. Знакови по којима се то види мењају се сваког месеца, а питање „ко је објавио први“ остаје.\n\nЗато радни лист полази од слике коју ученик сам изабере.",
                "Today a machine makes a picture of a person who does not exist in seconds. The signs by which it shows change every month; the question “who published it first” stays.\n\nSo the worksheet begins with a picture that the pupil chooses.")),
            Block(Kind.IMAGE, alt=B("Цртеж: два једнака круга; под лупом се види да је један закрпљен.", "A drawing: two like circles; under a magnifying glass one of them is patched."), drawing=Drawing(C.LILAC, (
                Shape("disc", C.TEAL, (130, 190, 410, 688)), Shape("box", C.SUN, (712, 680, 748, 960)), Shape("disc", C.SUN, (565, 146, 895, 732)),
                Shape("disc", C.TEAL, (590, 190, 870, 688)), Shape("box", C.PAPER, (640, 320, 720, 400)), Shape("box", C.CORAL, (740, 470, 830, 550)),
            ))),
            Block(Kind.QUESTION, B("Смем ли да променим слику друга за шалу?", "May I change a friend's picture for fun?"), paragraphs(
                "Питај пре него што је направиш, не после. Ако каже не, нема слике. Ако је већ објављена и вређа, то је насиље.",
                "Ask before you make it, not afterwards. If the answer is no, there is no picture. If it is out and it hurts, it is bullying.")),
            Block(Kind.CALLOUT, B("За наставнике", "For teachers"), paragraphs("Најслабији знак је најбоља тема за разговор.", "The weakest sign is the best thing to talk about.")),
        ),
    ),
    Story(
        "dan-bezbednog-interneta",
        B("Дан безбедног интернета: шта спремамо", "Safer Internet Day: what we prepare"),
        B("Један час, један квиз и једно питање за одрасле.", "One lesson, one quiz and one question for adults."),
        ("netiquette", "social-networks"),
        -7,
        (
            Block(Kind.TEXT, text=paragraphs(
                "Школе добијају припрему за један час и плакат. Ко жели више, може да позове и родитеље.",
                "Schools get a plan for one lesson and a poster. Whoever wants more can invite parents too.")),
            Block(Kind.CALLOUT, B("Пријаве", "To take part"), paragraphs("Од понедељка, преко странице Контакт.", "From Monday, through the page Contact.")),
        ),
    ),
    Story(
        "sta-smo-naucili-ove-godine",
        B("Шта смо научили ове године", "What we learned this year"),
        B("Белешке за крај школске године.", "Notes for the end of the school year."),
        ("cyberbullying",),
        None,
        (
            Block(Kind.TEXT, text=B(
                "<p>Прва верзија. Недостају бројке и изјаве школа; енглески превод долази после.</p>", ""
            )),
        ),
    ),
)  # fmt: skip
