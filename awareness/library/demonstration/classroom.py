"""Materials for the classroom: two more plans and three worksheets."""

from typing import Final

from awareness.library.demonstration.shape import Material
from awareness.library.vocabulary import ResourceKind
from awareness.topics.demonstration.sheets import Part, Sheet
from awareness.topics.subjects.shape import Both as B

CLASSROOM: Final = (
    Material(
        "lozinka-koju-pamtim-plan-casa",
        ResourceKind.LESSON_PLAN,
        Sheet(
            B("Лозинка коју памтим", "A password I remember"),
            B("Припрема за час · 3. и 4. разред · 45 минута · без рачунара", "A lesson plan · grades 3 and 4 · 45 minutes · no computer"),
            (
                Part("heading", B("Шта ученици носе са часа", "What pupils take home")),
                Part("list", items=(
                    B("Знају зашто име љубимца и датум рођења нису добра лозинка.", "They know why a pet's name and a birthday make a poor password."),
                    B("Умеју да смисле реченицу и од ње направе лозинку коју неће записати.", "They can invent a sentence and make a password of it that need not be written down."),
                )),
                Part("heading", B("Ток часа", "The lesson")),
                Part("table", columns=3, items=(
                    B("Време", "Time"), B("Шта радимо", "What we do"), B("Прибор", "What you need"),
                    B("10 мин", "10 min"), B("Погађамо лозинку измишљене Лене из четири њене објаве.", "We guess the password of an invented Lena from four of her posts."), B("Објаве испод", "The posts below"),
                    B("15 мин", "15 min"), B("Свако смисли смешну реченицу од пет речи и нацрта је, без слова.", "Everybody invents a funny sentence of five words and draws it, without letters."), B("Папир, бојице", "Paper, crayons"),
                    B("10 мин", "10 min"), B("Сусед погађа реченицу са цртежа. Што теже погађа, то је реченица боља.", "A neighbour guesses the sentence from the drawing. The harder it is, the better the sentence."), B("–", "–"),
                    B("10 мин", "10 min"), B("Коме смем да кажем лозинку? Само родитељу који о мени брине.", "Whom may I tell a password? Only a parent who looks after me."), B("Табла", "The board"),
                )),
                Part("heading", B("Четири Ленине објаве", "Four posts by Lena")),
                Part("steps", items=(
                    B("„Мој пас Жућа данас има рођендан!“", "“It is my dog Goldie's birthday today!”"),
                    B("„Напунила сам десет година, хвала на честиткама.“", "“I have turned ten, thank you for your wishes.”"),
                    B("„Навијам за плаве, увек!“", "“I cheer for the blues, always!”"),
                    B("„Нова адреса, исти Жућа.“", "“A new address, the same Goldie.”"),
                )),
                Part("box", B("Цртежи остају код ученика. Праве лозинке на часу нико не говори и не пише.", "The drawings stay with the pupils. Nobody says or writes a real password in class.")),
            ),
        ),
        B("Час за млађе разреде: реченица коју знаш само ти постаје лозинка.", "A lesson for lower grades: a sentence that only you know becomes a password."),
        (
            B("Деца погађају лозинку измишљене девојчице из њених објава, па сама виде шта одају о себи.", "Children guess the password of an invented girl from what she posts, and see for themselves what they give away."),
        ),
        (
            B("Објаве прочитајте наглас, једну по једну, и после сваке питајте: шта сад знамо?", "Read the posts aloud, one by one, and ask after each: what do we know now?"),
            B("Реченице нека буду измишљене: стварну лозинку ученик прави код куће.", "Let the sentences be invented: a real password is made at home."),
        ),
        B("Направити дугачку лозинку која се памти.", "To make a long password that is easy to remember."),
        B("лозинка, налог, безбедност, припрема за час", "password, account, safety, lesson plan"),
        ("privacy-settings", "personal-data"),
        ("educators",),
        ("7-9", "10-12"),
        ("primary-1-4",),
        45,
        120,
        ("pdf", "docx"),
    ),
    Material(
        "rec-koja-ranjava-plan-casa",
        ResourceKind.LESSON_PLAN,
        Sheet(
            B("Реч која рањава", "A word that wounds"),
            B("Припрема за час о говору мржње · 8. разред и средња школа · 45 минута", "A lesson plan about hate speech · grade 8 and secondary school · 45 minutes"),
            (
                Part("heading", B("Циљ", "The aim")),
                Part("text", B("Ученик разликује оштро мишљење, увреду и говор мржње и зна шта може да уради кад га види.", "A pupil can tell a sharp opinion, an insult and hate speech apart, and knows what to do on seeing it.")),
                Part("heading", B("Три питања за сваки коментар", "Three questions for every comment")),
                Part("steps", items=(
                    B("О коме говори: о ономе што је неко урадио или о ономе што неко јесте?", "Whom is it about: what somebody did, or what somebody is?"),
                    B("Шта тражи од читаоца: да размисли, да се насмеје или да некога мрзи?", "What does it want of a reader: to think, to laugh, or to hate somebody?"),
                    B("Шта би било да га прочита неко из те групе?", "What if somebody of that group reads it?"),
                )),
                Part("heading", B("Коментари за рад у групама", "Comments for the groups")),
                Part("table", columns=2, items=(
                    B("Коментар", "Comment"), B("Шта је то и зашто", "What it is, and why"),
                    B("„Ова представа је била досадна.“", "“This play was boring.”"), B("", ""),
                    B("„Глуп си ко ноћ.“", "“You are as dumb as they come.”"), B("", ""),
                    B("„Такве као они не треба пустити у школу.“", "“Their kind should not be let into the school.”"), B("", ""),
                    B("„Не слажем се са тим предлогом, ево зашто…“", "“I disagree with this proposal, and here is why…”"), B("", ""),
                )),
                Part("heading", B("Шта могу да урадим", "What I can do")),
                Part("check", items=(
                    B("Не ширим, ни да бих се ругао аутору.", "I do not spread it, not even to mock its author."),
                    B("Јавим се ономе кога погађа: „Видео сам. Ту сам.“", "I write to the one it hits: “I saw it. I am here.”"),
                    B("Пријавим мрежи, а ако позива на насиље, Нет патроли или полицији (192).", "I report it to the network, and if it calls for violence, to Net Patrola or the police (192)."),
                )),
                Part("box", B("Право на мишљење је широко, али не покрива позив на мржњу и насиље: Кривични законик, чл. 317 и 387.", "The right to an opinion is wide, but a call to hatred and violence is outside it: Criminal Code, art. 317 and 387.")),
            ),
        ),
        B("Час о граници између мишљења, увреде и позива на мржњу.", "A lesson about the line between an opinion, an insult and a call to hatred."),
        (
            B("Коментари су измишљени и не помињу ниједну стварну групу. Разлика се ипак јасно види.", "The comments are invented and name no real group. The difference is clear all the same."),
        ),
        (
            B("Групе прво раде саме, па бране одлуку пред одељењем.", "Groups work alone first, then defend their decision before the class."),
            B("Не тражите примере са мрежа: неко у учионици може бити њихова мета.", "Ask for no examples from the networks: somebody in the room may be their target."),
        ),
        B("Препознати говор мржње и реаговати на њега.", "To recognise hate speech and respond to it."),
        B("говор мржње, слобода изражавања, припрема за час", "hate speech, freedom of expression, lesson plan"),
        ("hate-speech", "netiquette"),
        ("educators",),
        ("13-15", "16-18"),
        ("primary-5-8", "secondary"),
        45,
        104,
        ("pdf", "docx"),
    ),
    Material(
        "moj-digitalni-trag-radni-list",
        ResourceKind.WORKSHEET,
        Sheet(
            B("Мој дигитални траг", "My digital footprint"),
            B("Радни лист · сам или у пару · 25 минута", "A worksheet · alone or in pairs · 25 minutes"),
            (
                Part("text", B("Сети се јучерашњег дана, од буђења до спавања. Где је све остало нешто о теби?", "Think of yesterday, from waking to sleeping. Where did something about you stay behind?")),
                Part("table", columns=3, items=(
                    B("Моја активност", "What I did"), B("Ко је нешто сазнао", "Who learned something"), B("Да ли бих то рекао непознатом?", "Would I tell a stranger?"),
                    *(B("", ""),) * 15,
                )),
                Part("heading", B("Шта мењам", "What I change")),
                Part("check", items=(
                    B("Једној апликацији узимам дозволу за локацију.", "I take the permission for my location from one app."),
                    B("Бришем једну стару објаву која више није моја прича.", "I delete an old post that is not my story any more."),
                    B("Питам друга пре него што објавим његову слику.", "I ask a friend before I post their picture."),
                )),
                Part("lines", lines=2),
                Part("box", B("Пре петнаестог рођендана за многе услуге мора да се сагласи и родитељ: тако каже Закон о заштити података о личности, чл. 16.", "Before your fifteenth birthday a parent has to agree to many services too: so says the Personal Data Protection Act, art. 16.")),
            ),
        ),
        B("Један дан, три колоне и три ствари које могу да променим.", "One day, three columns and three things I can change."),
        (
            B("Ученик сам пописује шта је о себи оставио за један дан. Лист остаје код њега.", "Pupils list what they left behind of themselves in a day. The sheet stays with them."),
        ),
        (
            B("Листове не скупљајте и не читајте наглас.", "Do not collect the sheets or read them aloud."),
            B("На крају питајте само: шта мењате?", "At the end ask only: what will you change?"),
        ),
        B("Приметити које податке дајемо и шта од тога можемо да задржимо.", "To notice which data we give, and what we can keep to ourselves."),
        B("лични подаци, дигитални траг, радни лист", "personal data, digital footprint, worksheet"),
        ("personal-data", "privacy-settings"),
        ("children", "educators"),
        ("10-12", "13-15"),
        ("primary-5-8", "secondary"),
        25,
        92,
        ("pdf", "docx"),
    ),
    Material(
        "dnevnik-jednog-dana-radni-list",
        ResourceKind.WORKSHEET,
        Sheet(
            B("Дневник једног дана", "The diary of one day"),
            B("Радни лист о времену пред екраном · код куће и на часу", "A worksheet about screen time · at home and in class"),
            (
                Part("text", B("Бележи један обичан дан. Не мењај ништа: не меримо ко је бољи, него чему екран служи.", "Note one ordinary day. Change nothing: we do not measure who is better but what the screen is for.")),
                Part("table", columns=4, items=(
                    B("Кад", "When"), B("Колико", "How long"), B("Чему", "What for"), B("Како је било", "How I felt"),
                    *(B("", ""),) * 24,
                )),
                Part("heading", B("Сутрадан", "The next day")),
                Part("check", items=(
                    B("Који ми је део дана био најбољи? Да ли је био пред екраном?", "Which part of the day was best? Was it at a screen?"),
                    B("Кад сам хтео да станем, а нисам? Шта ме је задржало?", "When did I want to stop and did not? What kept me?"),
                    B("Једна ствар коју пробам недељу дана:", "One thing I try for a week:"),
                )),
                Part("lines", lines=3),
            ),
        ),
        B("Свако бележи свој дан и сам закључује шта би променио.", "Everybody notes their own day and decides alone what to change."),
        (
            B("Без пребројавања и без придике: ученици пореде чему екран служи, а не ко је колико седео.", "No counting and no sermon: pupils compare what a screen is for, not who sat how long."),
        ),
        (
            B("Лист се даје дан раније.", "Give the sheet out a day before."),
            B("У групама се пореде само одговори на последња три питања.", "Groups compare only the answers to the last three questions."),
        ),
        B("Посматрати сопствене навике.", "To watch one's own habits."),
        B("екран, навике, игре, радни лист", "screen, habits, games, worksheet"),
        ("screen-time",),
        ("children", "educators", "parents"),
        ("10-12", "13-15"),
        ("primary-5-8",),
        30,
        83,
        ("pdf", "docx"),
    ),
    Material(
        "nepoznat-u-igri-radni-list",
        ResourceKind.WORKSHEET,
        Sheet(
            B("Непознат у игри", "A stranger in the game"),
            B("Радни лист за млађе · чита се заједно", "A worksheet for younger children · to be read together"),
            (
                Part("heading", B("Прича", "The story")),
                Part("text", B("Вања игра игру на таблету. Играч Змај99 му поклања мач и пише: „Ти си најбољи! Где живиш? Немој никоме да кажеш да се дописујемо.“", "Vanja plays a game on a tablet. The player Dragon99 gives him a sword and writes: “You are the best! Where do you live? Tell nobody that we are writing.”")),
                Part("heading", B("Подигни руку кад нешто није у реду", "Raise a hand when something is not right")),
                Part("check", items=(
                    B("Поклон који нисам тражио", "A gift I did not ask for"),
                    B("Питање где живим", "A question where I live"),
                    B("„Немој никоме да кажеш“", "“Tell nobody”"),
                )),
                Part("heading", B("Три реченице које помажу", "Three sentences that help")),
                Part("steps", items=(
                    B("„О томе не причам.“", "“I don't talk about that.”"),
                    B("„Немам тајне од маме и тате.“", "“I have no secrets from mum and dad.”"),
                    B("„Излазим из игре.“", "“I am leaving the game.”"),
                )),
                Part("heading", B("Коме бих рекао? Нацртај и напиши име.", "Whom would I tell? Draw them and write a name.")),
                Part("lines", lines=4),
                Part("box", B("Вања није погрешио. Погрешио је онај ко тражи тајну. Кога да зовеш: 116111 или 19833.", "Vanja did nothing wrong. The one who asks for a secret did. Whom to call: 116111 or 19833.")),
            ),
        ),
        B("Прича, три знака и три реченице за децу која тек почињу да играју.", "A story, three signs and three sentences for children who begin to play."),
        (
            B("Прича је измишљена и завршава се добро. Не плаши: учи кад се каже одраслом.", "The story is invented and ends well. It does not frighten: it teaches when to tell an adult."),
        ),
        (
            B("Читајте полако и пустите децу да прекину чим нешто примете.", "Read slowly, and let the children interrupt as soon as they notice something."),
            B("Ако дете исприча своје, саслушајте га и истог дана обавестите школског психолога.", "If a child tells its own story, listen, and tell the school psychologist the same day."),
        ),
        B("Препознати тајну која није добра и рећи је одраслом.", "To recognise a bad secret and tell an adult."),
        B("непознати, игра, тајна, радни лист", "strangers, game, secret, worksheet"),
        ("predators", "screen-time"),
        ("children", "parents", "educators"),
        ("7-9",),
        ("primary-1-4",),
        30,
        76,
    ),
)  # fmt: skip
