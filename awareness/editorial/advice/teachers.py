"""For teachers and school psychologists: something for the next lesson, and what to do when a pupil needs help."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from awareness.editorial.advice import Advice

ADVICE: Final = (
    Advice(
        "phishing",
        _("Phishing in ten minutes"),
        _("Write an invented message about a prize on the board and let the class look for signs."),
        (
            _("Three signs: haste, a strange address, a request for data."),
            _("In pairs, pupils think up the safest answer. It is: none."),
            _("To end with, everybody looks up two-step sign-in on their own account."),
        ),
    ),
    Advice(
        "netiquette",
        _("Class rules for the group chat"),
        _("Pupils keep the rules they have written themselves."),
        (
            _("Write five rules together and sign them."),
            _("Agree on quiet hours: no messages after nine in the evening."),
            _("Teach sources: whose picture it is, under which licence, how it is credited."),
        ),
    ),
    Advice(
        "privacy-settings",
        _("Settings as homework"),
        _("With a parent, pupils check the settings of one app and bring back what they changed, not their data."),
        (
            _("Three questions: who sees my profile, who may write to me, who knows where I am?"),
            _("Younger pupils: draw a house with doors. Which door is for whom?"),
            _("Older pupils: read the privacy policy of one app and find three facts in it."),
        ),
    ),
    Advice(
        "social-networks",
        _("Social networks as a subject"),
        _("Pupils know the buttons, you know people. Let each teach the other."),
        (
            _(
                "“Why am I shown this?” Explain recommendations with cards: the longer you look, the more of it you get."
            ),
            _("Check one viral claim: who published it first, when, and where else."),
            _("Use the internet in class freely, with an aim and an agreed time."),
        ),
    ),
    Advice(
        "personal-data",
        _("Personal data at school"),
        _("A school handles children's data too: lists, marks, photographs."),
        (
            _("Choose tools that do not ask for pupils' names."),
            _("Photographs only with consent, and without names below faces."),
            _("Exercise: what can be found out from an invented profile in five minutes?"),
        ),
    ),
    Advice(
        "hate-speech",
        _("Hate speech and freedom of speech"),
        _("The line runs between an opinion on an idea and an attack on people."),
        (
            _("Sort ten invented sentences: opinion, insult, hate speech. Discuss the ones on the border."),
            _("No real names, no clubs, no quotes from pupils."),
            _("End with counter-speech: everybody writes one sentence of support."),
        ),
    ),
    Advice(
        "cyberbullying",
        _("Cyberbullying in the class"),
        _(
            "What begins in the group chat goes on in the classroom. The protocol on violence covers digital violence as well."
        ),
        (
            _("Exercise: one message, five readers. How does each of them feel?"),
            _("Practise the bystander's part: do not share, stand by, report."),
            _("Keep the proof, tell the parents and the protection team, and look again after two weeks."),
        ),
    ),
    Advice(
        "predators",
        _("Strangers and trust"),
        _("Do not frighten with cases. Practise saying no and asking for help."),
        (
            _("Forum theatre: a scene called “let this stay between us”, and the class changes its ending."),
            _("Every pupil writes down, for nobody else, three adults they would turn to."),
            _("A suspicion: the protection team and the police, no investigation of your own."),
        ),
    ),
    Advice(
        "csam",
        _("Protecting children from sexual abuse"),
        _("Talk about safety and help, never about the content. Show nothing."),
        (
            _(
                "A pupil confides in you: listen, do not question, do not promise silence, and tell the protection team the same day."
            ),
            _("Do not look through or copy pictures on a pupil's phone."),
            _("Report the address to Net Patrola, and immediate danger to the police."),
        ),
    ),
)
