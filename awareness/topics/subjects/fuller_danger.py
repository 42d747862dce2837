"""How to notice what puts a child in danger, and the sources of what is said of it. Articles of law as they stood in 2026."""

from typing import Final

from awareness.topics.subjects.shape import Both as B
from awareness.topics.subjects.shape import Fuller

EU_KIDS: Final = B(
    "EU Kids Online 2020: истраживање у 19 земаља, међу њима и Србији (Smahel и сарадници, 2020).",
    "EU Kids Online 2020: a survey in 19 countries, Serbia among them (Smahel et al., 2020).",
)
LANZAROTE: Final = B(
    "Конвенција Савета Европе о заштити деце од сексуалног искоришћавања и сексуалног злостављања (Ланзароте, 2007).",
    "Council of Europe Convention on the Protection of Children against Sexual Exploitation and Sexual Abuse (Lanzarote, 2007).",
)

DANGER: Final = (
    Fuller(
        "csam",
        children=(
            B("Неко ти шаље или тражи слике без одеће, чак и кад каже да је то шала или изазов.", "Somebody sends you or asks for pictures without clothes, even when they call it a joke or a dare."),
            B("Траже да не кажеш никоме или да пређете у другу апликацију.", "They ask you to tell nobody, or to move to another app."),
        ),
        parents=(
            B("Дете је нагло престало да користи телефон или га, напротив, скрива кад уђете.", "Your child has suddenly stopped using the phone or, on the contrary, hides it when you come in."),
            B("Помиње нову особу о којој не жели да прича или има поклоне које не уме да објасни.", "They mention a new person they will not talk about, or have presents they cannot explain."),
            B("Стиди се, не спава, враћа се понашању млађег детета.", "They are ashamed, cannot sleep, or behave like a younger child."),
        ),
        educators=(
            B("Ученик се повлачи, избегава свлачионицу или наједном касни и изостаје.", "A pupil withdraws, avoids the changing room, or is suddenly late and absent."),
            B("Међу ученицима се шапуће о нечијој слици или се телефони склањају кад приђете.", "Pupils whisper about somebody's picture, or phones vanish when you come near."),
        ),
        sources=(
            B("Кривични законик Републике Србије, чл. 185 (приказивање, прибављање и поседовање порнографског материјала и искоришћавање малолетног лица за порнографију).", "Criminal Code of the Republic of Serbia, art. 185 (showing, procuring and possessing pornographic material and exploiting a minor for pornography)."),
            LANZAROTE,
            B("Терминолошке смернице за заштиту деце од сексуалног искоришћавања (ECPAT, Луксембург, 2016).", "Terminology Guidelines for the Protection of Children from Sexual Exploitation (ECPAT, Luxembourg, 2016)."),
        ),
    ),
    Fuller(
        "cyberbullying",
        children=(
            B("Поруке, слике или „шале“ о теби се понављају, а кад кажеш „доста“, не стају.", "Messages, pictures or “jokes” about you go on, and do not stop when you say “enough”."),
            B("Избацују те из групе или праве групу само да би причали о теби.", "They throw you out of the group, or make one only to talk about you."),
            B("После телефона те боли стомак, не спаваш или не желиш у школу.", "After the phone your stomach hurts, you cannot sleep or do not want to go to school."),
        ),
        parents=(
            B("Дете се узнемири кад стигне порука или нагло брише налоге.", "Your child is upset when a message comes, or suddenly deletes accounts."),
            B("Не жели у школу, нема више друштва, оцене падају.", "It does not want to go to school, has no friends any more, its marks go down."),
            B("Може и обрнуто: смеје се нечему што крије. И оно што ради другима тражи разговор.", "It may be the other way round: it laughs at something it hides. What it does to others needs a talk too."),
        ),
        educators=(
            B("Један ученик остаје сам, а остали размењују погледе кад проговори.", "One pupil is left alone, and others exchange glances when they speak."),
            B("Сукоб из групе наставља се на одмору: прво оговарање, па гурање.", "A quarrel in the group goes on in the break: gossip first, then pushing."),
        ),
        sources=(
            B("Закон о основама система образовања и васпитања, чл. 111 (забрана насиља, злостављања и занемаривања).", "Law on the Foundations of the Education System, art. 111 (prohibition of violence, abuse and neglect)."),
            B("Правилник о протоколу поступања у установи у одговору на насиље, злостављање и занемаривање.", "Rulebook on the protocol of an institution's response to violence, abuse and neglect."),
            B("Кривични законик, чл. 138 (угрожавање сигурности) и 138а (прогањање).", "Criminal Code, art. 138 (endangering safety) and 138a (stalking)."),
            EU_KIDS,
        ),
    ),
    Fuller(
        "hate-speech",
        children=(
            B("Некога вређају због тога ко је: због вере, порекла, боје коже, здравља или кога воли.", "Somebody is insulted for who they are: for faith, origin, skin, health or whom they love."),
            B("Други се позивају да и они мрзе, избаце или повреде.", "Others are called on to hate, exclude or hurt them too."),
        ),
        parents=(
            B("Дете почиње да говори „они“ о читавој групи људи и понавља исте фразе.", "A child begins to say “they” of a whole group of people and repeats set phrases."),
            B("Прати канале у којима је свака невоља нечија кривица.", "It follows channels in which every trouble is somebody's fault."),
            B("Или: повлачи се јер је само мета, а о томе ћути.", "Or: it withdraws because it is a target itself, and says nothing."),
        ),
        educators=(
            B("Симболи, надимци и скраћенице о групама шире се по свескама и групама одељења.", "Symbols, nicknames and abbreviations about groups spread in exercise books and class chats."),
            B("На часу падне „само шала“ после које један ученик утихне.", "There is “only a joke” in class after which one pupil falls silent."),
        ),
        sources=(
            B("Закон о забрани дискриминације, чл. 11 (говор мржње).", "Law on the Prohibition of Discrimination, art. 11 (hate speech)."),
            B("Кривични законик, чл. 317 (изазивање националне, расне и верске мржње) и 387 (расна и друга дискриминација).", "Criminal Code, art. 317 (inciting national, racial and religious hatred) and 387 (racial and other discrimination)."),
            B("Препорука CM/Rec(2022)16 Комитета министара Савета Европе о сузбијању говора мржње.", "Recommendation CM/Rec(2022)16 of the Committee of Ministers of the Council of Europe on combating hate speech."),
        ),
    ),
    Fuller(
        "predators",
        children=(
            B("Превише је љубазан, превише брзо: поклони, комплименти, „само ме ти разумеш“.", "Too nice, too fast: gifts, compliments, “only you understand me”."),
            B("Тражи тајну, слике или да укључиш камеру.", "They ask for a secret, for pictures, or that you turn the camera on."),
            B("Никад не може на видео-позив, а хоће да се нађете.", "They can never do a video call, yet want to meet."),
        ),
        parents=(
            B("Дете има новог „пријатеља“ кога нико не познаје уживо.", "A child has a new “friend” whom nobody knows in person."),
            B("Дописује се касно ноћу и прекида разговор кад приђете.", "It writes late at night and breaks off when you come near."),
            B("Има нове ствари, допуне за телефон или поклоне у игри.", "It has new things, phone credit or gifts in a game."),
        ),
        educators=(
            B("Ученик прича о знатно старијој „вези“ или о пријатељу из игре с којим ће се срести.", "A pupil talks of a much older “partner”, or of a friend from a game whom they will meet."),
            B("Нагло одустаје од друштва и активности које је волео.", "They suddenly give up friends and what they loved to do."),
        ),
        sources=(
            B("Кривични законик, чл. 185б (врбовање: искоришћавање рачунарске мреже за кривична дела против полне слободе према малолетном лицу).", "Criminal Code, art. 185b (grooming: abusing a computer network for offences against the sexual freedom of a minor)."),
            B("Конвенција из Ланзаротеа (2007), чл. 23: врбовање деце преко интернета.", "Lanzarote Convention (2007), art. 23: solicitation of children over the internet."),
            EU_KIDS,
        ),
    ),
    Fuller(
        "sexting-blackmail",
        children=(
            B("Неко прво пошаље слику „своју“, па тражи твоју.", "Somebody first sends a picture of “themselves”, then asks for yours."),
            B("Прети да ће слику послати породици или школи ако не платиш или не пошаљеш још.", "They threaten to send the picture to your family or school unless you pay or send more."),
            B("Пожурују те: „имаш пет минута“.", "They rush you: “you have five minutes”."),
            B("Чини ти се да би било боље да те нема? Не остај без друштва: пођи до неког коме верујеш и зовите 194 или 0800 309 309. Из овога се излази.", "Does it seem that it would be better to be gone? Do not stay alone: go to somebody you trust and call 194 or 0800 309 309. There is a way out of this."),
        ),
        parents=(
            B("Дете одједном тражи новац, продаје ствари или купује поклон-картице.", "Your child suddenly asks for money, sells things or buys gift cards."),
            B("Стално гледа у телефон, преплашено је, говори да је „све упропастило“.", "They keep looking at the phone, are terrified, say they have “ruined everything”."),
            B("Говори да би било боље да га нема? Не остављајте дете само. Позовите хитну помоћ (194), а затим Националну линију за превенцију самоубиства (0800 309 309). Уцена долази на ред после тога.", "Does your child say that it would be better to be gone? Do not leave them alone. Call the emergency medical service (194), then the National suicide prevention line (0800 309 309). Deal with the blackmail after that."),
        ),
        educators=(
            B("Слика кружи одељењем: ученици се смеју, једно дете не долази у школу.", "A picture goes round the class: pupils laugh, one child does not come to school."),
            B("Ученик тражи да изађе са часа чим телефон завибрира.", "A pupil asks to leave the room whenever the phone buzzes."),
            B("Ученик говори да не жели да живи? Не остављајте га без надзора. Позовите хитну помоћ (194), затим Националну линију за превенцију самоубиства (0800 309 309), па родитеље и тим за заштиту.", "Does a pupil say that they do not want to live? Do not leave them alone. Call the emergency medical service (194), then the National suicide prevention line (0800 309 309), then the parents and the protection team."),
        ),
        sources=(
            B("Кривични законик, чл. 185 (снимци малолетних лица), 145 (неовлашћено објављивање снимка) и 215 (уцена).", "Criminal Code, art. 185 (recordings of minors), 145 (publishing a recording without consent) and 215 (blackmail)."),
            LANZAROTE,
        ),
    ),
    Fuller(
        "deepfakes",
        children=(
            B("Снимак те изненади и хоћеш одмах да га пошаљеш даље: баш тада стани.", "A video surprises you and you want to pass it on at once: that is the moment to stop."),
            B("Нико коме верујеш не пише о томе, а први налог је отворен јуче.", "Nobody you trust writes about it, and the first account was opened yesterday."),
            B("Прсти, сенке, слова у позадини и усне не иду заједно.", "Fingers, shadows, letters in the background and lips do not fit."),
        ),
        parents=(
            B("Позив гласом који личи на дете, тражи новац и моли да никоме не кажете.", "A call in a voice like your child's that asks for money and begs you to tell nobody."),
            B("Дете се плаши слике коју „није снимило“: могуће је да говори истину.", "A child is afraid of a picture it “did not take”: it may well be telling the truth."),
        ),
        educators=(
            B("Слика ученика или наставника у положају који му не приличи, без извора и времена.", "A picture of a pupil or teacher in an unlikely situation, without source or time."),
            B("Ученици помињу апликацију која „скида одећу“: то није шала, него насиље.", "Pupils mention an app that “undresses”: that is no joke but violence."),
        ),
        sources=(
            B("Кривични законик, чл. 145 (неовлашћено објављивање и приказивање туђег списа, портрета и снимка).", "Criminal Code, art. 145 (publishing another's writing, portrait or recording without consent)."),
            B("Уредба (ЕУ) 2024/1689 о вештачкој интелигенцији, чл. 50: намештени снимци морају бити означени.", "Regulation (EU) 2024/1689 on artificial intelligence, art. 50: deepfakes have to be labelled."),
        ),
    ),
)  # fmt: skip
