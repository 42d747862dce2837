"""Materials to hang up and to take along: two posters and three leaflets."""

from typing import Final

from awareness.library.demonstration.helplines import HELP_LINES
from awareness.library.demonstration.shape import Material
from awareness.library.vocabulary import AccessibilityFeature, ResourceKind
from awareness.topics.demonstration.sheets import Part, Sheet
from awareness.topics.subjects.shape import Both as B

F = AccessibilityFeature
POSTER: Final = (F.TAGGED, F.NAVIGATION, F.LARGE_PRINT, F.HIGH_CONTRAST)

WALLS: Final = (
    Material(
        "pravila-nase-grupe-plakat",
        ResourceKind.POSTER,
        Sheet(
            B("Наша група, наша правила", "Our group, our rules"),
            B("Шта у поруци важи исто као у учионици.", "What holds in a message as it does in the classroom."),
            (
                Part("list", items=(
                    B("Пишем онако како бих рекао у лице.", "I write what I would say to your face."),
                    B("Туђу слику делим само кад питам.", "I share a picture of you only after asking."),
                    B("После девет нема порука групи.", "After nine there are no messages to the group."),
                    B("Кад видим ругање, пишем ономе коме је тешко.", "When I see mockery, I write to the one who is hurt."),
                    B("Кад погрешим, кажем „извини“ пред свима.", "When I am wrong, I say sorry before all."),
                )),
                Part("box", B("Не знаш шта да радиш? 19833", "Not sure what to do? 19833")),
            ),
            layout="poster",
        ),
        B("Плакат за учионицу: пет правила за групу одељења.", "A poster for the classroom: five rules for the group of a class."),
        (B("Штампа се на А4 или увећава на А3. Шесто правило нека одељење допише само.", "Print it on A4 or enlarge it to A3. Let the class add a sixth rule."),),
        (B("Окачите га тек пошто одељење о сваком правилу гласа.", "Hang it up only after the class has voted on every rule."),),
        B("Договорити како се разговара у групи.", "To agree how to talk in a group."),
        B("плакат, група, лепо понашање", "poster, group, netiquette"),
        ("netiquette", "cyberbullying"),
        ("children", "educators"),
        ("7-9", "10-12", "13-15"),
        ("primary-1-4", "primary-5-8"),
        10,
        112,
        features=POSTER,
    ),
    Material(
        "nisi-kriv-plakat",
        ResourceKind.POSTER,
        Sheet(
            B("Није твоја кривица.", "It is not your fault."),
            B("Неко ти прети, уцењује те или дели твоју слику? Има ко да помогне.", "Is somebody threatening you, blackmailing you or sharing your picture? There is help."),
            (
                *(part for line in HELP_LINES[:3] for part in (Part("heading", line.number), Part("text", line.about))),
                Part("box", B("Кажи неком. Не плаћај. Не бриши.", "Tell somebody. Do not pay. Do not delete.")),
            ),
            layout="poster",
        ),
        B("Плакат за ходник: три броја и једна реченица.", "A poster for the corridor: three numbers and one sentence."),
        (B("Ставите га тамо где дете може да га прочита само: у тоалету, поред библиотеке, испред свлачионице.", "Hang it where a child can read it alone: in the toilet, by the library, outside the changing room."),),
        (B("Поред плаката допишите име и собу особе од поверења у Вашој школи.", "Add the name and room of the trusted person at your school beside it."),),
        B("Знати коме се обратити.", "To know whom to turn to."),
        B("плакат, помоћ, уцена, телефон", "poster, help, blackmail, phone"),
        ("sexting-blackmail", "predators", "csam"),
        ("children", "educators"),
        ("10-12", "13-15", "16-18"),
        ("primary-5-8", "secondary"),
        5,
        98,
        features=POSTER,
    ),
    Material(
        "prvi-telefon-letak",
        ResourceKind.LEAFLET,
        Sheet(
            B("Први телефон", "The first phone"),
            B("Летак за родитеље · пре него што дете добије уређај", "A leaflet for parents · before a child gets a device"),
            (
                Part("heading", B("Пре првог укључивања", "Before it is switched on")),
                Part("check", items=(
                    B("Направите налог за дете, са тачним годинама.", "Make a child's account, with the true age."),
                    B("Искључите куповину или поставите лозинку за сваку.", "Switch purchases off, or set a password for each."),
                    B("Искључите локацију за апликације којима не треба.", "Switch location off for apps that do not need it."),
                    B("Упишите у именик: 192, 19833 и 116111.", "Put 192, 19833 and 116111 in the contacts."),
                )),
                Part("heading", B("Договор у три реченице", "An agreement in three sentences")),
                Part("steps", items=(
                    B("Телефон ноћу спава ван собе, и дечји и наш.", "At night phones sleep outside the bedroom, the child's and ours."),
                    B("Нову апликацију прво гледамо заједно.", "We look at a new app together first."),
                    B("Кад нешто крене лоше, кажеш нам, а телефон ти због тога не узимамо.", "When something goes wrong, you tell us, and we do not take the phone away for it."),
                )),
                Part("heading", B("Кад је време да се разговара", "When it is time to talk")),
                Part("list", items=(
                    B("Скрива екран кад уђете, а раније није.", "The screen is hidden when you come in, and it was not before."),
                    B("После порука је тужно, љуто или не спава.", "After messages your child is sad, angry or cannot sleep."),
                    B("Има нове ствари или новац које не уме да објасни.", "There are new things or money that cannot be explained."),
                )),
                Part("box", B("Питајте: „Шта ти се данас допало на телефону?“ То отвара више врата него: „Шта радиш толико на њему?“", "Ask: “What did you like on your phone today?” It opens more doors than: “What are you doing on it all the time?”")),
            ),
        ),
        B("Подешавања, договор и знаци: једна страна за породицу.", "Settings, an agreement and signs: one page for a family."),
        (B("Летак се чита за пет минута, а договор се прави заједно са дететом.", "The leaflet takes five minutes to read; the agreement is made with the child."),),
        (B("Поделите га на родитељском састанку трећег или четвртог разреда.", "Give it out at a parents' evening of the third or fourth grade."),),
        B("Подесити уређај и договорити правила.", "To set a device up and agree on rules."),
        B("телефон, подешавања, родитељи, летак", "phone, settings, parents, leaflet"),
        ("screen-time", "privacy-settings"),
        ("parents",),
        ("7-9", "10-12"),
        ("primary-1-4",),
        10,
        69,
        ("pdf", "docx"),
    ),
    Material(
        "poruka-baki-i-deki-letak",
        ResourceKind.LEAFLET,
        Sheet(
            B("Бако, деко, не журите", "Grandma, grandpa, take your time"),
            B("Летак који унуци читају са старијима", "A leaflet that grandchildren read with their elders"),
            (
                Part("heading", B("Три преваре које најчешће стижу", "Three frauds that come most often")),
                Part("steps", items=(
                    B("„Пакет чека, платите поштарину“: пошта не тражи број картице у поруци.", "“A parcel waits, pay the postage”: the post office asks for no card number in a message."),
                    B("„Ваш рачун је блокиран“: банка никад не тражи ПИН ни код.", "“Your account is blocked”: a bank never asks for a PIN or a code."),
                    B("„Бако, ово је мој нови број, треба ми новац“: позовите унука на стари број.", "“Grandma, this is my new number, I need money”: call your grandchild on the old one."),
                )),
                Part("heading", B("Шта радимо заједно", "What we do together")),
                Part("check", items=(
                    B("Договорили смо породичну реч коју непознати не знају.", "We have agreed on a family word that strangers do not know."),
                    B("Број банке је записан на папиру поред телефона.", "The number of the bank is on paper beside the phone."),
                    B("Кад нисмо сигурни, прво питамо једни друге.", "When we are not sure, we ask each other first."),
                )),
                Part("box", B("Ко је преварен није крив. Позовите банку одмах, па полицију: 192.", "Whoever was cheated is not to blame. Call the bank at once, then the police: 192.")),
            ),
        ),
        B("Летак за разговор унука и старијих о порукама које журе.", "A leaflet for grandchildren and elders about messages in a hurry."),
        (B("Кратке реченице, да се читају наглас.", "Short sentences, to be read aloud."),),
        (B("Дајте га као домаћи: прочитати са баком, деком или комшијом и смислити породичну реч.", "Set it as homework: read it with a grandparent or neighbour and invent a family word."),),
        B("Препознати превару и помоћи старијима.", "To recognise a fraud and help the elderly."),
        B("превара, пецање, старији, летак", "fraud, phishing, elderly, leaflet"),
        ("phishing",),
        ("parents", "children"),
        ("10-12", "13-15"),
        ("primary-5-8", "adults"),
        15,
        62,
    ),
    Material(
        "kako-se-prijavljuje-letak",
        ResourceKind.LEAFLET,
        Sheet(
            B("Како се пријављује Нет патроли", "How to report to Net Patrola"),
            B("Летак · пријава је анонимна и траје два минута", "A leaflet · a report is anonymous and takes two minutes"),
            (
                Part("heading", B("Шта се пријављује", "What to report")),
                Part("list", items=(
                    B("Снимци сексуалног злостављања деце", "Child sexual abuse material"),
                    B("Дигитално насиље", "Cyberbullying"),
                    B("Говор мржње", "Hate speech"),
                )),
                Part("heading", B("Корак по корак", "Step by step")),
                Part("steps", items=(
                    B("Копирајте адресу странице. Не преузимајте и не снимајте ништа што приказује злостављање детета: и то је кажњиво.", "Copy the address of the page. Download and record nothing that shows the abuse of a child: that is punishable too."),
                    B("На страници „Пријави садржај“ изаберите врсту и налепите адресу.", "On the page “Report content” choose a kind and paste the address."),
                    B("Име није потребно. Сачувајте шифру: њоме пратите шта је урађено.", "No name is needed. Keep the receipt: with it you can follow what was done."),
                    B("Аналитичар прегледа пријаву. Оно што је незаконито иде полицији или ономе код кога је смештено.", "An analyst looks at the report. What is illegal goes to the police or to the host of the content."),
                )),
                Part("box", B("Неко је у опасности сада? Не чекајте одговор: полиција, 192.", "Is somebody in danger now? Do not wait for an answer: police, 192.")),
            ),
        ),
        B("Шта се пријављује, како и шта бива после.", "What to report, how, and what happens then."),
        (B("За зборницу, чекаоницу дома здравља и родитељски састанак.", "For the staff room, the waiting room of a health centre and parents' evenings."),),
        (B("Покажите образац на платну до корака „Провери“, али пробну пријаву не шаљите.", "Show the form on the screen up to the step “Check”, but send no trial report."),),
        B("Пријавити незаконит садржај без страха.", "To report illegal content without fear."),
        B("пријава, Нет патрола, анонимно, летак", "report, Net Patrola, anonymous, leaflet"),
        ("csam", "hate-speech", "cyberbullying"),
        ("parents", "educators"),
        ("16-18",),
        ("secondary", "adults"),
        10,
        55,
    ),
)  # fmt: skip
