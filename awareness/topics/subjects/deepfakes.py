"""Deepfakes and AI images: the topic as the portal began with it."""

from awareness.topics.subjects.shape import Both, FoundingAnswer, FoundingTopic

TOPIC = FoundingTopic(
    slug="deepfakes",
    removal_services=True,
    title=Both("Дипфејк и слике вештачке интелигенције", "Deepfakes and AI images"),
    summary=Both(
        "Слика, глас и снимак данас могу да буду измишљени: провери пре него што поверујеш, и не користи туђе лице.",
        "Today a picture, a voice or a video can be made up: check before you believe it, and do not use somebody else's face.",
    ),
    do_now=(
        Both(
            "Мрежом кружи твоја лажна слика? Није твоја кривица. Реци одраслој особи и сачувај адресу и име налога.",
            "Is a fake picture of you going round? It is not your fault. Tell an adult, and keep the address and the name of the account.",
        ),
        Both(
            "Пријави је у апликацији као лажну или интимну слику и затражи да се уклони.",
            "Report it in the app as a fake or intimate picture and ask for it to be removed.",
        ),
        Both(
            "Слика детета без одеће пријављује се Нет патроли, била права или направљена. Не чувај је, не снимај са екрана и не дели: довољна је адреса.",
            "A picture of a child without clothes is reported to Net Patrola, whether it is real or made up. Do not keep, screenshot or share it: the address is enough.",
        ),
        Both(
            "Глас рођака хитно тражи новац? Прекини везу и позови ту особу на број који већ имаш.",
            "Does a relative's voice urgently ask for money? Hang up and call that person on the number you already have.",
        ),
    ),
    answers=(
        FoundingAnswer(
            audience="children",
            title=Both("Не веруј баш сваком пикселу", "Do not believe every pixel"),
            lead=Both(
                "Рачунар за минут направи лице, глас или снимак. Изгледа право, а није се десило.",
                "In a minute a computer makes a face, a voice or a video. It looks real, but it never happened.",
            ),
            steps=(
                Both(
                    "Питај се три пута: ко је то објавио, где то још пише, шта хоће од мене?",
                    "Ask yourself three times: who published it, where else does it stand, what does it want from me?",
                ),
                Both(
                    "Не прави слике других људи помоћу вештачке интелигенције, ни за шалу. Њима није смешно.",
                    "Do not make pictures of other people with AI, not even for fun. It is not funny for them.",
                ),
                Both(
                    "Не дај своје слике апликацији ако не знаш где ће завршити.",
                    "Do not give your pictures to an app if you do not know where they will end up.",
                ),
                Both(
                    "Неко је направио твоју лажну слику? Немаш чега да се стидиш. Реци одраслој особи, а ту је и 116111.",
                    "Has somebody made a fake picture of you? You have nothing to be ashamed of. Tell an adult, and there is 116111 too.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="parents",
            title=Both("Кад слика лаже", "When a picture lies"),
            lead=Both(
                "Алати који од обичне слике праве лажну доступни су свима, па и деци из одељења.",
                "Tools that turn an ordinary picture into a fake one are within everybody's reach, classmates included.",
            ),
            steps=(
                Both(
                    "Договорите породичну реч: ко зове за новац или помоћ мора да је зна.",
                    "Agree on a family word: whoever calls for money or help has to know it.",
                ),
                Both(
                    "Мање јавних слика детета значи мање грађе за лажне. Затворите албуме.",
                    "Fewer public pictures of your child mean less material for fakes. Close the albums.",
                ),
                Both(
                    "Дете је жртва: без љутње, сачувајте адресе и имена налога, пријавите у апликацији и полицији.",
                    "Your child is the victim: no anger, keep addresses and account names, report it in the app and to the police.",
                ),
                Both(
                    "Дете је направило такву слику: разговарајте о ономе ко је на њој, уклоните је и укључите школу.",
                    "Your child made such a picture: talk about the person in it, remove it and involve the school.",
                ),
            ),
        ),
        FoundingAnswer(
            audience="educators",
            title=Both("Детективи слика", "Picture detectives"),
            lead=Both(
                "Вежбајте проверу, а не погађање: алати су све бољи, а навика провере остаје.",
                "Practise checking, not guessing: the tools keep getting better, the habit of checking stays.",
            ),
            steps=(
                Both(
                    "Користите само слике предмета, животиња и измишљених места, никад ученика.",
                    "Use only pictures of things, animals and invented places, never of pupils.",
                ),
                Both(
                    "Свака група прати једну слику уназад: први извор, датум, друго место где је објављена.",
                    "Each group traces one picture back: the first source, the date, a second place where it was published.",
                ),
                Both(
                    "Напишите заједно правило одељења о вештачкој интелигенцији: шта смемо, шта не смемо и како то означавамо.",
                    "Write a class rule on AI together: what we may do, what we may not, and how we mark it.",
                ),
                Both(
                    "Лажна слика ученика: не преносите је, и истог дана обавестите тим за заштиту.",
                    "A fake picture of a pupil: do not pass it on, and tell the protection team the same day.",
                ),
            ),
        ),
    ),
)
