"""The twelve recommendations of the demonstration's White Paper, and what the ministry has answered so far."""

from typing import Final, NamedTuple

from youthpanel.states import ResponseKind
from youthpanel.white_papers.content import Both

R = ResponseKind


class Answer(NamedTuple):
    """An entry of the ledger, so many days after the handover."""

    kind: ResponseKind
    days: int
    text: Both
    source: str


class Draft(NamedTuple):
    """A recommendation; `consultations` are places in `panel.CONSULTATIONS`."""

    slug: str
    education: str
    addressee: str
    title: Both
    text: Both
    child: Both
    support: tuple[int, int]
    consultations: tuple[int, ...]
    answers: tuple[Answer, ...] = ()


def b(sr: str, en: str) -> Both:
    """A text in both languages."""
    return {"sr": sr, "en": en}


ADDRESSEES: Final = {
    "ministry": b(
        "Министарство просвете, науке и технолошког развоја",
        "Ministry of Education, Science and Technological Development",
    ),
    "institute": b("Завод за унапређивање образовања и васпитања", "Institute for the Improvement of Education"),
    "centre": b(
        "Центар за безбеднији интернет и локалне канцеларије за младе", "Safer Internet Centre and local youth offices"
    ),
}
LETTER: Final = "Допис Министарства"

DRAFTS: Final = (
    Draft(
        "lesson-every-grade", "formal", "ministry",
        b("Час о безбедности на интернету у сваком разреду", "A lesson on internet safety in every grade"),
        b(
            "Од првог разреда основне до краја средње школе сваки ученик треба да има најмање два часа у полугодишту о безбедном и одговорном коришћењу интернета.\n\nТеме треба да расту заједно са ученицима: од лозинки и лепог понашања до права, закона и новца на мрежи.",
            "From the first grade of primary school to the end of secondary school every pupil should have at least two lessons each half-year about safe and responsible use of the internet.\n\nThe subjects should grow with the pupils: from passwords and kindness to rights, law and money online.",
        ),
        b("Хоћемо часове о интернету сваке године, а не само једном.", "We want lessons about the internet every year, not just once."),
        (131, 142), (0, 1),
        (
            Answer(R.RECEIVED, 9, b("", ""), f"{LETTER} бр. 1-01/24"),
            Answer(R.ACCEPTED, 41, b("Тема се уводи у план рада одељењског старешине од наредне школске године.", "The subject enters the plan of class teachers from the next school year."), f"{LETTER} бр. 1-02/24"),
        ),
    ),
    Draft(
        "teachers-trained", "formal", "institute",
        b("Обука за све наставнике, а не само за информатичаре", "Training for all teachers, not only those of informatics"),
        b(
            "Сваки наставник, учитељ и стручни сарадник треба да прође обуку о безбедности деце на интернету, са вежбама и стварним примерима.\n\nО томе треба да их уче и млади: део обуке нека воде вршњачки едукатори.",
            "Every teacher and school psychologist should be trained in the safety of children online, with exercises and real examples.\n\nYoung people should teach them too: let peer educators lead a part of the training.",
        ),
        b("Наставници треба да уче о интернету, а ми можемо да им помогнемо.", "Teachers should learn about the internet, and we can help them."),
        (118, 142), (1,),
        (
            Answer(R.CONSIDERED, 15, b("Завод испитује како да обука уђе у каталог.", "The Institute is looking at how the training can enter its catalogue."), "Записник са састанка"),
            Answer(R.PARTLY, 62, b("Обука улази у каталог. Није обавезна за све, јер школе саме бирају обуке.", "The training enters the catalogue. It is not compulsory for all, because schools choose their training themselves."), f"{LETTER} бр. 1-05/24"),
        ),
    ),
    Draft(
        "peer-educators", "non-formal", "centre",
        b("Вршњачки едукатори у свакој школи", "Peer educators in every school"),
        b(
            "Свака школа треба да има бар четири обучена ученика који вршњацима држе радионице о безбедности на интернету, уз подршку једног наставника.",
            "Every school should have at least four trained pupils who hold workshops on internet safety for their peers, supported by one teacher.",
        ),
        b("Најбоље нас разуме неко нашег узраста.", "Somebody our age understands us best."),
        (125, 142), (2, 3),
        (
            Answer(R.ACCEPTED, 12, b("Обуке почињу у свих шест градова панела.", "Trainings begin in all six towns of the panel."), "Записник са састанка"),
            Answer(R.DONE, 74, b("Обучено је 96 вршњачких едукатора.", "96 peer educators have been trained."), "Извештај о обукама"),
        ),
    ),
    Draft(
        "trusted-adult", "formal", "ministry",
        b("Особа од поверења у свакој школи", "A trusted person in every school"),
        b(
            "У свакој школи треба да се зна коме се ученик обраћа када му се на интернету догоди нешто лоше: име, соба и време, истакнуто на видном месту и на страници школе.\n\nРазговор мора да остане поверљив, а ученик да зна шта следи.",
            "In every school it should be known whom a pupil turns to when something bad happens online: a name, a room and a time, put up where all can see it and on the website of the school.\n\nThe talk has to stay confidential, and the pupil has to know what follows.",
        ),
        b("Хоћемо да знамо коме у школи можемо да кажемо.", "We want to know whom at school we can tell."),
        (138, 142), (3,),
        (
            Answer(R.RECEIVED, 9, b("", ""), f"{LETTER} бр. 1-01/24"),
            Answer(R.ACCEPTED, 33, b("Школе добијају упутство да именују особу и објаве је.", "Schools are told to name the person and to publish it."), f"{LETTER} бр. 1-03/24"),
        ),
    ),
    Draft(
        "parents-evening", "non-formal", "ministry",
        b("Родитељски састанак о интернету сваке године", "A parents' meeting about the internet every year"),
        b(
            "Једном годишње родитељски састанак треба да буде посвећен животу деце на интернету, а део састанка треба да припреме ученици.",
            "Once a year a parents' meeting should be about the life of children online, and pupils should prepare a part of it.",
        ),
        b("Нека и родитељи уче, а ми ћемо им показати.", "Parents should learn too, and we will show them."),
        (104, 142), (4,),
        (Answer(R.CONSIDERED, 20, b("Предлог је прослеђен школским управама.", "The proposal was passed on to the school administrations."), f"{LETTER} бр. 1-04/24"),),
    ),
    Draft(
        "phones-agreement", "formal", "ministry",
        b("Договор о телефонима уместо забране", "An agreement about phones instead of a ban"),
        b(
            "Правила о телефонима у школи треба да доносе ученици, наставници и родитељи заједно, а не да важи општа забрана. Договор се преиспитује сваке године.",
            "Rules about phones at school should be made by pupils, teachers and parents together, instead of a general ban. The agreement is looked at again every year.",
        ),
        b("О телефонима хоћемо да се договоримо, а не само да нам их забране.", "About phones we want to agree, not just to be forbidden."),
        (97, 142), (5,),
        (Answer(R.REJECTED, 41, b("Употребу телефона уређује правилник школе и сам Закон, па се не мења за сада.", "The use of phones is regulated by the rules of schools and by the law itself, so it does not change for now."), f"{LETTER} бр. 1-02/24"),),
    ),
    Draft(
        "plain-privacy", "formal", "institute",
        b("Подешавања приватности се вежбају на часу", "Privacy settings are practised in lessons"),
        b(
            "На часовима информатике ученици треба да вежбају подешавања приватности на апликацијама које заиста користе, а не само да о њима читају.",
            "In informatics lessons pupils should practise privacy settings in the apps they really use, not only read about them.",
        ),
        b("Хоћемо да вежбамо на правим апликацијама.", "We want to practise on real apps."),
        (112, 142), (0, 6),
        (Answer(R.RECEIVED, 18, b("", ""), "Допис Завода"),),
    ),
    Draft(
        "media-literacy", "formal", "institute",
        b("Како се препознаје лаж: медијска писменост као предмет", "How to tell a lie: media literacy as a subject"),
        b(
            "Провера извора, слика и видео-снимака треба да буде изборни предмет у основној и средњој школи, са задацима из свакодневног живота.",
            "Checking sources, pictures and videos should be an optional subject in primary and secondary schools, with tasks from everyday life.",
        ),
        b("Учите нас како да препознамо лаж.", "Teach us how to tell a lie."),
        (109, 142), (6,),
        (Answer(R.PARTLY, 62, b("Уводи се као слободна активност у основној школи. О средњој школи још није одлучено.", "It becomes a free activity in primary schools. About secondary schools nothing is decided yet."), f"{LETTER} бр. 1-05/24"),),
    ),
    Draft(
        "forum-theatre", "non-formal", "centre",
        b("Форум-театар о дигиталном насиљу у сваком граду", "Forum theatre about cyberbullying in every town"),
        b(
            "Представе у којима публика мења ток приче помажу да се увежба како се реагује. Свака од њих треба да дође бар једном годишње у сваки град панела.",
            "Plays in which the audience changes the story help to practise how to react. Each should come to every town of the panel at least once a year.",
        ),
        b("Хоћемо представе у којима и ми учествујемо.", "We want plays in which we take part."),
        (92, 142), (2, 7),
        (
            Answer(R.ACCEPTED, 25, b("Представе су у плану за наредну сезону.", "The plays are planned for the next season."), "План активности"),
        ),
    ),
    Draft(
        "children-rights", "formal", "ministry",
        b("Права детета на интернету у уџбеницима", "The rights of the child online in textbooks"),
        b(
            "Уџбеници грађанског васпитања треба да имају поглавље о правима детета на интернету: на приватност, на реч, на заштиту и на брисање.",
            "Textbooks of civic education should have a chapter on the rights of the child online: to privacy, to be heard, to protection and to erasure.",
        ),
        b("Хоћемо да у књизи пише која права имамо на интернету.", "We want our rights online to be in the book."),
        (101, 142), (7,),
        (Answer(R.CONSIDERED, 50, b("Предлог разматра комисија за уџбенике.", "The commission for textbooks is considering it."), f"{LETTER} бр. 1-06/24"),),
    ),
    Draft(
        "small-places", "non-formal", "ministry",
        b("Исте радионице и у малим местима", "The same workshops in small places too"),
        b(
            "Радионице и материјали морају да стигну и до сеоских школа: путујући тим једном у полугодишту и материјали који раде без интернета.",
            "Workshops and materials have to reach village schools too: a travelling team once each half-year, and materials that work without the internet.",
        ),
        b("Нека дођу и код деце у селима.", "Let them come to children in villages too."),
        (121, 142), (8,),
    ),
    Draft(
        "ask-us-again", "formal", "ministry",
        b("Питајте нас поново: консултације сваке године", "Ask us again: consultations every year"),
        b(
            "О сваком документу који мења шта и како учимо о интернету треба питати ученике, најмање једном годишње, и објавити шта је усвојено, а шта није и зашто.",
            "Pupils should be asked about every document that changes what and how we learn about the internet, at least once a year, and it should be published what was taken over, what was not, and why.",
        ),
        b("Питајте нас опет и реците шта сте урадили.", "Ask us again and tell us what you have done."),
        (136, 142), (8, 0),
    ),
)  # fmt: skip
