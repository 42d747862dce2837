"""Materials for lessons: two plans, a worksheet, a poster."""

from typing import Final

from awareness.library.demonstration.shape import Material
from awareness.library.vocabulary import ResourceKind
from awareness.topics.demonstration.sheets import Part, Sheet
from awareness.topics.subjects.shape import Both as B

LESSONS: Final = (
    Material(
        "stani-proveri-klikni-plakat",
        ResourceKind.POSTER,
        Sheet(
            B("Стани. Провери. Па кликни.", "Stop. Check. Then click."),
            B("Кад порука жури, ти успори.", "When a message hurries, you slow down."),
            (
                Part("heading", B("Стани", "Stop")),
                Part("text", B("Нико поштен не тражи лозинку ни код.", "Nobody honest asks for a password or a code.")),
                Part("heading", B("Провери", "Check")),
                Part("text", B("Ко пише? Куда води веза? Питај на други начин.", "Who writes? Where does the link lead? Ask another way.")),
                Part("heading", B("Па кликни", "Then click")),
                Part("text", B("Не знаш? Покажи одраслом коме верујеш.", "Not sure? Show it to an adult you trust.")),
                Part("box", B("19833: за сва питања о интернету", "19833: for every question about the internet")),
            ),
            layout="poster",
        ),
        B("Плакат за учионицу: три корака пре сваког клика.", "A poster for the classroom: three steps before every click."),
        (
            B("Три речи које се виде са последње клупе. Штампа се на А4 или увећава на А3.", "Three words that are read from the back row. Print it on A4 or enlarge it to A3."),
        ),
        (
            B("Залепите га поред рачунара или табле.", "Put it beside the computers or the board."),
            B("На почетку часа нека ученици кажу пример за сваку реч.", "Begin a lesson by asking pupils for an example of each word."),
        ),
        B("Застати пре клика и знати кога питати.", "To pause before a click and to know whom to ask."),
        B("плакат, фишинг, лозинка", "poster, phishing, password"),
        ("phishing", "personal-data"),
        ("children", "educators"),
        ("7-9", "10-12"),
        ("primary-1-4", "primary-5-8"),
        5,
        41,
    ),
    Material(
        "poruka-koja-zuri-plan-casa",
        ResourceKind.LESSON_PLAN,
        Sheet(
            B("Порука која жури", "The message in a hurry"),
            B("Припрема за час о пецању · 5. до 8. разред · 45 минута", "A lesson plan about phishing · grades 5 to 8 · 45 minutes"),
            (
                Part("heading", B("Шта ученици носе са часа", "What pupils take home")),
                Part("list", items=(
                    B("Препознају три знака преваре: жури, тражи тајну, води на чудну адресу.", "They know three signs of a fraud: it hurries, it asks for a secret, it leads to a strange address."),
                    B("Знају шта раде ако су већ кликнули: кажу одраслом и мењају лозинку.", "They know what to do after a wrong click: tell an adult and change the password."),
                )),
                Part("heading", B("Ток часа", "The lesson")),
                Part("table", columns=3, items=(
                    B("Време", "Time"), B("Шта радимо", "What we do"), B("Прибор", "What you need"),
                    B("5 мин", "5 min"), B("Ко је добио поруку да је нешто освојио? Руке увис, без имена.", "Who has been told they won something? Hands up, no names."), B("–", "–"),
                    B("15 мин", "15 min"), B("Парови добијају шест порука и деле их на „може“ и „стани“.", "Pairs sort six messages into “fine” and “stop”."), B("Поруке испод", "The messages below"),
                    B("15 мин", "15 min"), B("Сваки пар брани једну одлуку. Разред пише знакове на таблу.", "Each pair defends one decision. The class writes the signs on the board."), B("Табла", "The board"),
                    B("10 мин", "10 min"), B("Шта ако сам већ кликнуо? Правимо правило разреда у три реченице.", "What if I have clicked already? We write a class rule of three sentences."), B("Велики папир", "A large sheet"),
                )),
                Part("box", B("Не питајте ко је насео. Ко је преварен није крив, и реч о томе треба да остане лака.", "Do not ask who was taken in. It is not their fault, and it should stay easy to speak of it.")),
                Part("heading", B("Шест порука", "Six messages")),
                Part("steps", items=(
                    B("„Ваш пакет чека. Платите 49 динара у року од сат: posta-dostava.example“", "“Your parcel waits. Pay 49 dinars within the hour: posta-dostava.example”"),
                    B("„Ћао, ово је наставница. Сутра носимо прибор за ликовно.“ (у разредној групи)", "“Hello, this is your teacher. Bring your paints tomorrow.” (in the class group)"),
                    B("„Твој налог се брише вечерас! Потврди лозинку овде.“", "“Your account is deleted tonight! Confirm the password here.”"),
                    B("„Еј, пошаљи ми код који ти је стигао, грешком сам укуцао твој број.“", "“Hey, send me the code you just got, I typed your number by mistake.”"),
                    B("„Библиотека: књига коју сте тражили је стигла.“ (са броја школе)", "“Library: the book you asked for is here.” (from the school's number)"),
                    B("„Освојио си телефон! Треба само слика личне карте неког од родитеља.“", "“You won a phone! We only need a photo of a parent's identity card.”"),
                )),
                Part("heading", B("За крај", "To end with")),
                Part("text", B("Сумњива порука коју неко већ добија: Национални контакт центар 19833.", "Somebody who is getting such messages: National Contact Centre 19833.")),
            ),
        ),
        B("Час у ком парови деле поруке на „може“ и „стани“ и пишу правило разреда.", "A lesson in which pairs sort messages into “fine” and “stop” and write a class rule."),
        (
            B("Све је на једној страни: ток часа, шест порука и шта рећи на крају. Не треба рачунар.", "All on one page: the lesson, six messages and what to say at the end. No computer is needed."),
            B("Верзију у Word формату можете да измените за свој разред.", "Change the Word version for your own class."),
        ),
        (
            B("Препишите или исеците поруке, по један комплет за пар.", "Copy or cut out the messages, one set a pair."),
            B("Пустите да се ученици не сложе: разлог је важнији од тачног одговора.", "Let them disagree: the reason matters more than the right answer."),
            B("Правило разреда залепите поред плаката „Стани. Провери. Па кликни.“", "Put the class rule up beside the poster “Stop. Check. Then click.”"),
        ),
        B("Три знака преваре и шта радити после погрешног клика.", "Three signs of a fraud and what to do after a wrong click."),
        B("пецање, фишинг, превара, припрема за час", "phishing, fraud, lesson plan"),
        ("phishing",),
        ("educators",),
        ("10-12", "13-15"),
        ("primary-5-8",),
        45,
        34,
        ("pdf", "docx"),
        ("stani-proveri-klikni-plakat",),
    ),
    Material(
        "svedok-plan-casa",
        ResourceKind.LESSON_PLAN,
        Sheet(
            B("Ја сам видео", "I saw it"),
            B("Припрема за час о дигиталном насиљу и онима који гледају · 45 минута", "A lesson plan about cyberbullying and those who watch · 45 minutes"),
            (
                Part("heading", B("Циљ", "The aim")),
                Part("text", B("Ученик који види ругање зна бар два начина да помогне, а да сам не буде мета.", "A pupil who sees somebody mocked knows two ways to help without becoming a target.")),
                Part("heading", B("Прича", "The story")),
                Part("text", B("У групи од двадесет и осам чланова неко шаље измењену слику другарице. Шесторо се смеје. Двадесет и двоје ћути. Један од њих си ти.", "In a group of twenty-eight somebody sends a changed picture of a girl. Six laugh. Twenty-two are silent. One of them is you.")),
                Part("heading", B("Задатак за групе од четворо", "For groups of four")),
                Part("steps", items=(
                    B("Напишите шта види она. Једна реченица.", "Write what she sees. One sentence."),
                    B("Напишите шта видиш ти, и зашто ћутиш.", "Write what you see, and why you are silent."),
                    B("Нађите три ствари које можеш да урадиш вечерас. Која не тражи храброст?", "Find three things you could do tonight. Which one takes no courage?"),
                )),
                Part("heading", B("Шта помаже", "What helps")),
                Part("check", items=(
                    B("Кажи одраслом коме верујеш.", "Tell an adult you trust."),
                    B("Пиши њој, не групи: „Видела сам. Није у реду. Ту сам.“", "Write to her, not to the group: “I saw it. It isn't right. I'm here.”"),
                    B("Не дели даље и не стављај смешак.", "Do not pass it on and do not react."),
                    B("Сачувај снимак екрана порука, никад интимне слике.", "Keep a screenshot of the messages, never of an intimate picture."),
                    B("Пријави поруку мрежи или Нет патроли.", "Report the message to the network or to Net Patrola."),
                )),
                Part("lines", lines=4),
                Part("box", B("Ако се неко на часу препозна: разговор после часа, насамо. Тим за заштиту од насиља у школи; 19833; 116111.", "If somebody recognises themselves: talk afterwards, alone. The school's team against violence; 19833; 116111.")),
            ),
        ),
        B("Час за оне који гледају: шта може да уради неко ко види ругање у групи.", "A lesson for those who watch: what somebody can do who sees bullying in a group."),
        (
            B("Већина ученика није ни жртва ни насилник: они гледају. Овај час је за њих.", "Most pupils neither suffer bullying nor do it: they watch. This lesson is for them."),
        ),
        (
            B("Договорите се пре часа с психологом школе где може да се настави разговор.", "Agree with the school's psychologist beforehand where a talk can go on."),
            B("Не тражите примере из разреда. Прича је довољна.", "Ask for no examples from the class. The story is enough."),
        ),
        B("Два начина да се помогне онеме кога вређају, безбедно.", "Two ways to help somebody who is bullied, safely."),
        B("дигитално насиље, сведок, вршњаци", "cyberbullying, bystander, peers"),
        ("cyberbullying", "hate-speech"),
        ("educators",),
        ("10-12", "13-15"),
        ("primary-5-8", "secondary"),
        45,
        20,
        ("pdf", "docx"),
    ),
    Material(
        "prava-ili-namestena-radni-list",
        ResourceKind.WORKSHEET,
        Sheet(
            B("Права или намештена?", "Real or made up?"),
            B("Радни лист о сликама и снимцима које је направила машина · 30 минута", "A worksheet about pictures and videos made by a machine · 30 minutes"),
            (
                Part("text", B("Изабери једну слику са мреже која те је изненадила. Не мораш да је покажеш. Иди редом.", "Choose one picture from the internet that surprised you. You need not show it. Go step by step.")),
                Part("heading", B("Гледам", "I look")),
                Part("check", items=(
                    B("Прсти, зуби, наочаре, сенке: да ли се слажу?", "Fingers, teeth, glasses, shadows: do they fit?"),
                    B("Слова и натписи у позадини: да ли нешто значе?", "Letters and signs behind: do they mean anything?"),
                    B("Глас и уста на снимку: да ли иду заједно?", "Voice and lips in the video: do they go together?"),
                )),
                Part("heading", B("Тражим", "I search")),
                Part("check", items=(
                    B("Ко је објавио први? Да ли ту особу неко познаје?", "Who published it first? Does anybody know that person?"),
                    B("Пише ли о томе још неко коме верујем?", "Does anybody else I trust write about it?"),
                )),
                Part("heading", B("Закључујем", "I conclude")),
                Part("table", items=(
                    B("Знак да је права", "A sign that it is real"), B("Знак да је намештена", "A sign that it is made up"),
                    B("", ""), B("", ""), B("", ""), B("", ""), B("", ""), B("", ""),
                )),
                Part("box", B("Ако не знаш, то је у реду: не дели док не сазнаш. Туђу слику не мењамо, ни у шали.", "If you do not know, that is fine: do not pass it on until you do. We do not change pictures of others, not even as a joke.")),
                Part("heading", B("Шта бих рекао другу који ју је већ поделио?", "What would I say to a friend who has passed it on?")),
                Part("lines", lines=3),
            ),
        ),
        B("Ученик као детектив: шта гледа, шта тражи и кад не дели даље.", "A pupil as detective: what to look at, what to search for and when not to pass on."),
        (
            B("Лист ради са сликом коју ученик сам изабере, па не застарева.", "The sheet works with a picture that the pupil chooses, so it does not age."),
        ),
        (
            B("Прва колона је самостална, закључак у пару.", "The first part alone, the conclusion in pairs."),
            B("Питајте који знак је најслабији и зашто.", "Ask which sign is the weakest and why."),
        ),
        B("Проверити слику пре дељења.", "To check a picture before sharing it."),
        B("дипфејк, вештачка интелигенција, провера", "deepfake, artificial intelligence, checking"),
        ("deepfakes",),
        ("children", "educators"),
        ("10-12", "13-15", "16-18"),
        ("primary-5-8", "secondary"),
        30,
        9,
    ),
)  # fmt: skip
