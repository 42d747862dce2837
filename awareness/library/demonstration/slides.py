"""Slides: a presentation for parents, one for a class. Every heading begins a slide."""

from typing import Final

from awareness.library.demonstration.helplines import HELP_LINES
from awareness.library.demonstration.shape import Material
from awareness.library.vocabulary import ResourceKind
from awareness.topics.demonstration.sheets import Part, Sheet
from awareness.topics.subjects.shape import Both as B

SLIDES: Final = (
    Material(
        "veceras-o-ekranima-prezentacija",
        ResourceKind.PRESENTATION,
        Sheet(
            B("Вечерас о екранима", "Tonight about screens"),
            B("Родитељски састанак који траје четрдесет минута", "A parents' evening of forty minutes"),
            (
                Part("heading", B("Прво ми", "We first")),
                Part("text", B("Кад сте последњи пут погледали телефон за столом?", "When did you last look at your phone at the table?")),
                Part("list", items=(
                    B("Деца памте шта радимо, не шта говоримо.", "Children remember what we do, not what we say."),
                    B("Правила зато важе за све.", "So the rules hold for everybody."),
                )),
                Part("heading", B("Није сваки минут исти", "Not every minute is the same")),
                Part("table", columns=2, items=(
                    B("Питајте се", "Ask yourself"), B("Боље од питања", "Rather than"),
                    B("Шта екран истискује?", "What does the screen push out?"), B("Колико је сати прошло?", "How many hours was it?"),
                    B("Шта ради и са ким?", "What is it for, and with whom?"), B("Зашто је опет на телефону?", "Why the phone again?"),
                    B("Може ли да стане?", "Can they stop?"), B("Колико други дозвољавају?", "How much do others allow?"),
                )),
                Part("heading", B("Три подешавања вечерас", "Three settings tonight")),
                Part("check", items=(
                    B("Куповина у играма: лозинка за сваку.", "Purchases in games: a password for each."),
                    B("Ћаскање са непознатима: искључено.", "Chat with strangers: off."),
                    B("Обавештења после двадесет један сат: утишана.", "Notifications after nine in the evening: silent."),
                )),
                Part("heading", B("Знаци због којих се разговара", "Signs that call for a talk")),
                Part("list", items=(
                    B("Не спава, касни, одустаје од онога што је волело.", "No sleep, late, giving up what was loved."),
                    B("Скрива екран и плаши се порука.", "Hiding the screen and fearing messages."),
                    B("Новац одлази на игре без договора.", "Money goes on games without an agreement."),
                )),
                Part("heading", B("Кога зовемо", "Whom we call")),
                Part("list", items=tuple(line.in_short for line in HELP_LINES[:3])),
                Part("box", B("За крај: породични договор, једна страна. Прва реченица нека буде Ваша.", "To end with: a family agreement, one page. Let the first sentence be yours.")),
            ),
            layout="slides",
        ),
        B("Пет слајдова за родитељски састанак без страшних прича.", "Five slides for a parents' evening without horror stories."),
        (B("Свака страна носи једно питање. Све што се говори стоји на њој.", "Every slide carries one question. All that is said stands on it."),),
        (
            B("После сваког слајда оставите два минута за разговор у пару.", "After each slide leave two minutes for a talk in pairs."),
            B("На крају поделите породични договор.", "At the end give out the family agreement."),
        ),
        B("Разговарати са дететом о екранима без забрана.", "To talk with a child about screens without bans."),
        B("родитељски састанак, екрани, презентација", "parents' evening, screens, presentation"),
        ("screen-time", "social-networks"),
        ("parents", "educators"),
        ("7-9", "10-12", "13-15"),
        ("primary-1-4", "primary-5-8", "adults"),
        40,
        26,
        parts=("porodicni-dogovor",),
    ),
    Material(
        "ko-je-objavio-prvi-prezentacija",
        ResourceKind.PRESENTATION,
        Sheet(
            B("Ко је објавио први?", "Who published it first?"),
            B("Слике и снимци које је направио програм · слајдови за час", "Pictures and videos that a program made · slides for a lesson"),
            (
                Part("heading", B("Шта је дипфејк", "What a deepfake is")),
                Part("text", B("Слика, глас или снимак који је направио или преправио програм, а изгледа као стваран.", "A picture, voice or video that a program made or changed, and that looks real.")),
                Part("heading", B("Гледам", "I look")),
                Part("list", items=(
                    B("Прсти, зуби, сенке, натписи", "Fingers, teeth, shadows, signs"),
                    B("Глас и уста: да ли иду заједно?", "Voice and lips: do they go together?"),
                    B("Знаци се мењају из месеца у месец. Зато ово није довољно.", "The signs change from month to month. So this is not enough."),
                )),
                Part("heading", B("Тражим", "I search")),
                Part("steps", items=(
                    B("Ко је објавио први и кад?", "Who published it first, and when?"),
                    B("Пише ли о томе још неко коме верујем?", "Does anybody else I trust write about it?"),
                    B("Шта добија онај ко ово шири?", "What does the one who spreads it gain?"),
                )),
                Part("heading", B("Не делим док не сазнам", "I do not share until I know")),
                Part("text", B("Ако је на снимку неко из школе: реци одраслом, јави њему и не прослеђуј. Кад вређа или скида одећу, то је насиље.", "If somebody from school is in it: tell an adult, tell them and do not pass it on. When it insults or undresses somebody, it is violence.")),
                Part("heading", B("Моја слика је преправљена", "My picture was changed")),
                Part("check", items=(
                    B("Реци одраслом коме верујеш, или позови 116111.", "Tell an adult you trust, or call 116111."),
                    B("Сачувај адресу и назив налога. Слику не снимај са екрана.", "Keep the address and the name of the account. Do not screenshot the picture."),
                    B("Пријави мрежи и Нет патроли.", "Report it to the network and to Net Patrola."),
                )),
                Part("box", B("Ко је направио, одговоран је. Онај кога је погодило, није.", "Whoever made it is responsible. Whoever it hit is not.")),
            ),
            layout="slides",
        ),
        B("Пет слајдова за час о намештеним сликама и снимцима.", "Five slides for a lesson about made-up pictures and videos."),
        (B("Уз слајдове иде радни лист „Права или намештена?“", "The worksheet “Real or made up?” goes with the slides."),),
        (
            B("Први слајд прочитајте, па питајте за примере из реклама, не из живота ученика.", "Read the first slide, then ask for examples from advertising, not from pupils' lives."),
            B("Пре последњег слајда поделите радни лист.", "Give the worksheet out before the last slide."),
        ),
        B("Проверити извор пре дељења и помоћи ономе чија је слика преправљена.", "To check the source before sharing, and to help whoever's picture was changed."),
        B("дипфејк, вештачка интелигенција, извор, презентација", "deepfake, artificial intelligence, source, presentation"),
        ("deepfakes", "cyberbullying"),
        ("educators",),
        ("10-12", "13-15", "16-18"),
        ("primary-5-8", "secondary"),
        30,
        6,
        parts=("prava-ili-namestena-radni-list",),
    ),
)  # fmt: skip
