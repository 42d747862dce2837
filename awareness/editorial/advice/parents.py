"""For parents and caretakers: what it is, how to talk about it, what to do now."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from awareness.editorial.advice import Advice

ADVICE: Final = (
    Advice(
        "social-networks",
        _("Social networks"),
        _("Most networks are for people over 13, and even then not everything on them suits that age."),
        (
            _("Let your child show you what they watch, and why. Ask, do not interrogate."),
            _("Agree on the hours together, and keep to them yourself."),
            _("Watch sleep, school and friends: if they suffer, change the habit before you ban the app."),
        ),
    ),
    Advice(
        "privacy-settings",
        _("Privacy settings"),
        _("A quarter of an hour spent together is worth more than any monitoring app."),
        (
            _("Private profile, messages from friends only, location off."),
            _("Separate accounts: the child's own has its limits for age and purchases."),
            _("If you use parental controls, tell your child: secret monitoring breaks trust."),
        ),
    ),
    Advice(
        "personal-data",
        _("Personal data"),
        _(
            "Up to the age of 15 it is a parent who consents to a child's data being used by online services (Personal Data Protection Act, art. 16)."
        ),
        (
            _("Open accounts together and with the true age: the protection of children depends on it."),
            _("For family accounts use a password manager and two-step sign-in."),
            _("You have the right to ask for your child's data to be erased."),
        ),
    ),
    Advice(
        "netiquette",
        _("Good manners online"),
        _("Children learn more from how you write in the family group than from what you tell them."),
        (
            _("Ask your child before you post their picture."),
            _("Agree on places without phones: the table, the bedroom, the car."),
            _("Mistakes can be mended: with an apology, by deleting, by talking."),
        ),
    ),
    Advice(
        "phishing",
        _("Phishing and fraud"),
        _("A message in the name of a bank, the post office or a courier asks for a card number or a code."),
        (
            _(
                "Practise together: find three signs in a suspicious message (haste, a strange address, a request for data)."
            ),
            _("Purchases in games: a limit on the card and a password for every purchase."),
            _("Card details already entered? Call the bank at once and block the card."),
        ),
    ),
    Advice(
        "hate-speech",
        _("Hate speech"),
        _("A child first repeats it, then gets used to it. At home words get their weight."),
        (
            _("Ask where the joke comes from, and who is its target."),
            _("Show the difference between an opinion and an attack on people for their origin, faith or disability."),
            _("Report calls for hatred or violence: the Criminal Code punishes them (art. 317)."),
        ),
    ),
    Advice(
        "cyberbullying",
        _("Bullying behind the screen"),
        _(
            "It does not end at the school gate: the messages arrive at night too. Signs: your child hides the phone, avoids school, sleeps badly."
        ),
        (
            _("Listen first, and do not take the phone away: who fears losing it will not tell you next time."),
            _("Keep the proof: screenshots with dates and names."),
            _(
                "Talk to the class teacher: the school has to act by the protocol on violence. Report threats to the police."
            ),
        ),
    ),
    Advice(
        "predators",
        _("Strangers who want trust"),
        _(
            "Grooming begins with kindness, gifts and shared secrets, and ends with a request for pictures or a meeting."
        ),
        (
            _(
                "Get to know the games and apps where strangers can write; switch off messages from people you do not know."
            ),
            _("Say it out loud: whatever happens, I will not be angry, come to me."),
            _("Do not write to a suspect in your child's name. Keep the conversation and call the police."),
        ),
    ),
    Advice(
        "csam",
        _("Sexual abuse material"),
        _(
            "Recordings that show the sexual abuse of children. Obtaining, possessing and sharing them is a crime (Criminal Code, art. 185 and 185b)."
        ),
        (
            _(
                "Have you come across it? Do not download, photograph or forward it, not even as proof. Report the address."
            ),
            _(
                "Is somebody sharing a picture of your child? Stay calm, tell your child it is not their fault, write down the address and the name of the account, and go to the police."
            ),
            _("Agree in good time: nobody may ask for such a picture, and whoever does will be reported."),
        ),
    ),
)
