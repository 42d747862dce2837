"""For children and young people: short, kind, and always with a way out."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from awareness.editorial.advice import Advice

ADVICE: Final = (
    Advice(
        "phishing",
        _("A prize out of the blue"),
        _(
            "Phishing is a message that pretends to come from a bank, the post office or a game, only to get your password."
        ),
        (
            _("Does it rush you, scare you or promise a gift? Stop."),
            _(
                "Read the address letter by letter. Do not follow the link: open the app, or type the address with your own fingers."
            ),
            _("Password already typed in? Change it at once and tell an adult."),
        ),
    ),
    Advice(
        "personal-data",
        _("What is yours stays yours"),
        _("Name, address, school, phone, face and location: put together, they lead right to your door."),
        (
            _(
                "A different, long password for every account: three or four words that do not belong together work well."
            ),
            _("Switch on two-step sign-in wherever it exists."),
            _("The password is yours. Share it with your parents if that is the deal, with friends never."),
            _("Are you under 15? Then a parent must also agree to an app using your data."),
        ),
    ),
    Advice(
        "privacy-settings",
        _("Five minutes that look after you"),
        _("At first an app usually shows everything to everybody. You decide who sees what."),
        (
            _("Make your profile private and go through your followers: keep the ones you know."),
            _("Switch off location for the camera and for apps that do not need it."),
            _("Check again every half-year: updates like to change settings."),
        ),
    ),
    Advice(
        "social-networks",
        _("Your network, your rules"),
        _("Networks are built to make you stay as long as possible. It gets easier once you know the trick."),
        (
            _("You choose when you look: switch off notifications, and let the phone sleep outside the bed."),
            _("Pictures are staged. Do not compare your life with somebody else's best minute."),
            _("A challenge that can hurt somebody is not a challenge. Skip it."),
        ),
    ),
    Advice(
        "netiquette",
        _("Kindness works through a screen"),
        _("On the other side of the screen there is always somebody."),
        (
            _("Read it once more before you send it. Could it be said face to face?"),
            _("Ask before you post a picture of somebody else, and say whose it is."),
            _("A mistake? Say sorry and delete it. That is what brave people do."),
        ),
    ),
    Advice(
        "cyberbullying",
        _("When somebody keeps hurting you"),
        _(
            "Mocking, threats, being thrown out of a group on purpose, a fake profile with your name: that is violence, even if it leaves no bruise."
        ),
        (
            _("Do not answer in anger. Take a screenshot: it is proof."),
            _("Block the account and report it in the app."),
            _(
                "Tell a parent, your class teacher or the school psychologist. That is not telling tales, it is asking for help."
            ),
            _("Is it happening to somebody else? Write to them that they are not alone."),
        ),
    ),
    Advice(
        "hate-speech",
        _("Words that turn people into targets"),
        _(
            "You may dislike a song or a club. Hate speech attacks people for what they are: nation, faith, skin colour, disability, sex."
        ),
        (
            _("Do not like it and do not share it, not even as a joke: sharing feeds it."),
            _("Stand by the one who is attacked, if only with one kind sentence."),
            _("Report it in the app, and if it calls for violence, to Net Patrola too."),
        ),
    ),
    Advice(
        "predators",
        _("A stranger who is far too nice"),
        _("Behind the profile of “somebody your age” there may be an adult who wants pictures, secrets or a meeting."),
        (
            _("“Don't tell your parents” is an alarm signal."),
            _("Do not send pictures, your address or the name of your school."),
            _("Do not go to a meeting without an adult you trust."),
            _("Has it already gone too far? It is not your fault. Ask for help."),
        ),
    ),
    Advice(
        "csam",
        _("Pictures that nobody may ask you for"),
        _(
            "A picture of a child without clothes, or of a child being hurt, is never fun. It is proof that somebody needs help."
        ),
        (
            _("Did one turn up on your screen? It is not your fault. Close it, do not keep it, do not send it on."),
            _("Tell an adult you trust, or report the address to Net Patrola. No name needed."),
            _(
                "Is somebody threatening you with your picture? Do not pay and do not send another one. Call one of the numbers at the end of the page."
            ),
        ),
    ),
)
