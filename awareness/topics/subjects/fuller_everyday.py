"""How to notice what goes wrong on an ordinary day, and the sources of what is said of it. Articles of law as they stood in 2026."""

from typing import Final

from awareness.topics.subjects.fuller_danger import EU_KIDS
from awareness.topics.subjects.shape import Both as B
from awareness.topics.subjects.shape import Fuller

DATA_ACT: Final = B(
    "Закон о заштити података о личности („Службени гласник РС“, бр. 87/2018), чл. 16 (сагласност детета од 15 година) и 30 (право на брисање).",
    "Personal Data Protection Act (Official Gazette of RS, no. 87/2018), art. 16 (a child's consent from 15) and 30 (right to erasure).",
)
CHILDRENS_RIGHTS: Final = B(
    "Комитет за права детета УН, Општи коментар бр. 25 о правима детета у дигиталном окружењу (2021).",
    "UN Committee on the Rights of the Child, General Comment no. 25 on children's rights in relation to the digital environment (2021).",
)

EVERYDAY: Final = (
    Fuller(
        "netiquette",
        children=(
            B("Порука коју пишеш може да се прочита и као љутња: прочитај је наглас пре слања.", "What you write can be read as anger too: read it aloud before sending."),
            B("У групи се сви смеју, а један више не пише.", "Everybody in the group laughs, and one does not write any more."),
        ),
        parents=(
            B("Дете после ћаскања лупа вратима или одлази без речи.", "After chatting your child slams the door or leaves without a word."),
            B("У породичној групи пишу и одрасли: какав тон виде деца?", "Adults write in the family group too: what tone do children see?"),
        ),
        educators=(
            B("Група одељења ради ноћу, а ујутру су сви уморни и посвађани.", "The class chat runs at night, and in the morning all are tired and at odds."),
            B("Ученици родитељима и наставницима шаљу поруке у било које доба, јер договора нема.", "Pupils write to parents and teachers at any hour because nothing has been agreed."),
        ),
        sources=(
            B("RFC 1855: Правила понашања на мрежи (1995).", "RFC 1855: Netiquette Guidelines (1995)."),
            CHILDRENS_RIGHTS,
        ),
    ),
    Fuller(
        "personal-data",
        children=(
            B("Апликација или наградна игра тражи више него што јој треба: адресу, школу, број родитеља.", "An app or a prize draw asks for more than it needs: address, school, a parent's number."),
            B("На слици се виде таблица, грб школе или кућни број.", "A picture shows a number plate, the school's badge or a house number."),
        ),
        parents=(
            B("Стижу поруке и понуде с дететовим именом, а нисте их тражили.", "Messages and offers come with your child's name, and you did not ask for them."),
            B("О детету на мрежи има више него што оно само зна, јер објављују и одрасли.", "There is more about the child online than it knows, for adults publish too."),
        ),
        educators=(
            B("Спискови, оцене и слике ученика круже приватним порукама.", "Lists, marks and pictures of pupils go round in private messages."),
            B("Услуга за час тражи налог са именом и годинама сваког ученика.", "A service for a lesson wants an account with the name and age of every pupil."),
        ),
        sources=(DATA_ACT, CHILDRENS_RIGHTS),
    ),
    Fuller(
        "phishing",
        children=(
            B("Порука жури: „само данас“, „налог се брише“, „последња шанса“.", "The message is in a hurry: “today only”, “your account is deleted”, “last chance”."),
            B("Тражи лозинку, код из поруке или слику картице.", "It asks for a password, a code from a message or a picture of a card."),
            B("Пише ти друг, али речима које никад не користи.", "It is a friend who writes, but in words they never use."),
        ),
        parents=(
            B("Адреса личи на праву, а једно слово је другачије.", "The address looks like the right one, but one letter differs."),
            B("Траже да инсталирате програм или да им диктирате код.", "They want you to install a program or to read out a code."),
            B("На изводу су ситни износи које не препознајете.", "There are small sums on your statement that you do not recognise."),
        ),
        educators=(
            B("Више ученика помиње исту „наградну игру“ или исту поруку о пакету.", "Several pupils mention the same “prize draw” or the same message about a parcel."),
            B("Ученик не може више да уђе у налог или са њега одлазе чудне поруке.", "A pupil can no longer get into an account, or odd messages leave it."),
        ),
        sources=(
            B("Кривични законик, чл. 208 (превара) и 301 (рачунарска превара).", "Criminal Code, art. 208 (fraud) and 301 (computer fraud)."),
            B("NIST SP 800-63B: смернице о лозинкама и потврди идентитета (2017).", "NIST SP 800-63B: guidelines on passwords and authentication (2017)."),
        ),
    ),
    Fuller(
        "privacy-settings",
        children=(
            B("Непознати ти пишу, прате те или знају где се крећеш.", "Strangers write to you, follow you or know where you have been."),
            B("Профил ти видиш другачије него други: погледај га са туђег налога.", "You see your profile differently from others: look at it from somebody else's account."),
            B("После ажурирања апликације подешавања су се вратила на почетна.", "After an update of an app the settings are back to what they were at first."),
        ),
        parents=(
            B("Дете је при отварању налога уписало старији узраст, па заштита за децу не важи.", "A child gave a higher age when opening the account, so protection for children does not apply."),
            B("Локација је укључена у апликацијама којима не треба.", "Location is on in apps that do not need it."),
        ),
        educators=(
            B("Ученици деле исту лозинку за школске и приватне налоге.", "Pupils use one password for school and private accounts."),
            B("На заједничком рачунару остаје отворен нечији налог.", "Somebody's account stays open on a shared computer."),
        ),
        sources=(
            B("Општа уредба о заштити података (ЕУ) 2016/679, чл. 25: заштита података као почетно подешавање.", "General Data Protection Regulation (EU) 2016/679, art. 25: data protection by default."),
            DATA_ACT,
        ),
    ),
    Fuller(
        "screen-time",
        children=(
            B("„Још пет минута“ постане сат, а да се и не примети.", "“Five more minutes” becomes an hour before you notice."),
            B("Љути те кад не можеш да играш, а кад играш, више није забавно.", "You are on edge when you cannot play, and when you play it is no fun any more."),
        ),
        parents=(
            B("Сан, јело и друштво попуштају пред екраном недељама, не једно вече.", "Sleep, meals and friends give way to the screen for weeks, not for an evening."),
            B("Дете лаже о времену или троши новац без договора.", "A child lies about the time or spends money without an agreement."),
            B("Не уме да каже шта би радило кад телефона не би било.", "It cannot say what it would do if there were no phone."),
        ),
        educators=(
            B("Ученик спава на часу, нема домаће, губи занимање за све.", "A pupil sleeps in class, has no homework, loses interest in everything."),
            B("На одмору нико не разговара, сви гледају у екране.", "Nobody talks in the break, all look at screens."),
        ),
        sources=(
            B("Светска здравствена организација: Смернице о физичкој активности, седентарном понашању и сну деце до 5 година (2019).", "World Health Organization: Guidelines on physical activity, sedentary behaviour and sleep for children under 5 (2019)."),
            B("Међународна класификација болести МКБ-11, 6C51: поремећај играња игара.", "International Classification of Diseases ICD-11, 6C51: gaming disorder."),
        ),
    ),
    Fuller(
        "social-networks",
        children=(
            B("Бројиш срца и растужиш се: то ради мрежа, а не твоји пријатељи.", "You count hearts and leave sad: that is what the network does, not your friends."),
            B("Неко тражи да те прати, а немате ниједног заједничког познаника.", "Somebody wants to follow you, and you have nobody in common."),
        ),
        parents=(
            B("Дете има налог млађе него што услови мреже допуштају, или има и други, скривени.", "A child has an account at a lower age than the network allows, or has a second, hidden one."),
            B("Расположење се мења с бројем прегледа.", "Its mood changes with the number of views."),
        ),
        educators=(
            B("Изазови с мрежа понављају се на одмору, са повредама.", "Dares from the networks are repeated in the break, with injuries."),
            B("Ученици снимају друге без питања и објављују.", "Pupils film others without asking and publish it."),
        ),
        sources=(
            B("Уредба о безбедности и заштити деце при коришћењу информационо-комуникационих технологија („Службени гласник РС“, бр. 13/2020).", "Regulation on the safety and protection of children in the use of information and communication technologies (Official Gazette of RS, no. 13/2020)."),
            EU_KIDS,
        ),
    ),
)  # fmt: skip
