"""Phrases of several languages behind which a name stands, by how sure that is."""

from __future__ import annotations

import re
from enum import StrEnum

from data_sources.masking.first_names import folded


def _phrases(text: str) -> frozenset[str]:
    return frozenset(
        " ".join(folded(word) for word in phrase.split())
        for phrase in text.replace("\n", "|").split("|")
        if phrase.strip()
    )


SAYING = _phrases("""
my name is|my full name is|my name's|name is|the name is|the name's|in the name of|registered to
registered in the name of|mein name ist|ich heiße|ich heisse|auf den namen|name ist|im namen von|je m'appelle
mon nom est|au nom de|me llamo|mi nombre es|a nombre de|mijn naam is|ik heet|op naam van|jag heter|mitt namn är
mi chiamo|il mio nome è|a nome di|meu nome é|chamo-me|me chamo|em nome de|nazywam się|mam na imię|jeg hedder
mit navn er|jeg heter|mitt navn er|nimeni on|меня зовут|мене звати
""")
"""Whatever stands behind is a name, in small letters too."""

TITLES = _phrases("""
mr|mrs|ms|miss|mx|dr|prof|professor|sir|lady|lord|rev|reverend|captain|sgt|nurse|doctor|mister|frau|herr|herrn
fräulein|monsieur|madame|mademoiselle|mme|mlle|señor|señora|señorita|doña|dhr|mevr|mw|mevrouw|meneer|signor|signora
signorina|senhor|senhora|fru|fröken|pani|panem|dott|ing|dipl|panią|panu|professore|dottore|dottoressa|docteur|doktor
sra|srta|mag
""")
SMALL_TITLES = _phrases("mr|mrs|frau|herr|mme|señor|señora|mevrouw|meneer|signora|signor|senhora|monsieur|madame")
"""Titles behind which a name in small letters counts too."""
DOTTED_TITLES = _phrases("m|sr|sra|srta|sig|d|dña|hr|p|h|hna|mag|ing|med|phil|jur|nat|dipl")
"""Titles only with their full stop."""

LABELS = _phrases("""
name|surname|nachname|vorname|kunde|kundin|nom|prénom|nombre|apellido|apellidos|naam|klant|namn|kund|nome|cognome
imię|nazwisko|navn|customer|passenger|guest|patient|client|employee|staff|contact|account holder|cardholder|fahrgast
fahrer|signed|by
""")
"""With a colon behind them."""

ROLES = _phrases("""
wife|husband|son|daughter|mother|father|mum|mom|dad|sister|brother|partner|friend|colleague|boss|manager|agent
advisor|adviser|driver|engineer|technician|waiter|waitress|receptionist|rep|representative|supervisor|clerk|cashier
courier|operator|assistant|consultant|gentleman|host|hostess|steward|stewardess|pilot|instructor|trainer|tutor
builder|plumber|mechanic|stylist|hairdresser|barista|neighbour|neighbor|uncle|aunt|grandmother|grandfather|cousin
nephew|niece|guy named|man named|woman named|lady named|girl named|man called|woman called|lady called|guy called
girl called|named|namens|conseiller|conseillère|collègue|technicien|technicienne|mari|épouse|vendeur|vendeuse
chauffeur|técnico|técnica|asesor|asesora|compañero|compañera|agente|marido|esposa|hija|hijo|medewerker|medewerkster
monteur|collega|kollega|kollegan|tekniker|konsulent|atendente|operatore|tecnico|commesso|commessa|konsultant
konsultantka|llamado|llamada|nommé|nommée|ask for|asked for|shout-out to|kudos to|served by|helped by|assisted by
""")
"""People who are named: a word with a capital behind, that is no common word, is a name."""

LIKELY = _phrases("""
spoke to|spoke with|speak to|speak with|speaking to|speaking with|spoken to|spoken with|talked to|talked with
talk to|talk with|talking to|talking with|chatted to|chatted with|dealt with|dealing with|dealt with a|met|met with
told by|treated by|handled by|signed by|cheers to|credit to|thanks to|thank|thank you|thank you to|thanks|props to
hats off to|well done|dear|hi|hello|hey|called|hallo|liebe|lieber|liebes|sehr geehrte|sehr geehrter|bonjour|cher
chère|hola|estimado|estimada|querido|querida|beste|hej|ciao|gentile|caro|cara|olá|cześć|i am|i'm|this is|ich bin
hier ist|je suis|soy|habla|ik ben|jag är|sono|sou|jestem|jeg er|was helped by|calling for|appointment with|ask|asked
lady|man|woman|girl|guy|kollege|kollegin|berater|beraterin|mitarbeiter|mitarbeiterin|techniker|fahrer|kassiererin
helped by|to see|hablé con|sprak met|pratade med|gesprochen mit|telefoniert mit|parlé avec|parlato con|falei com
rozmawiałem z|rozmawiałam z|talte med|snakket med
""")
"""Behind these a first name counts that is a word besides, and two words with capitals that are no common words."""

CLOSING = _phrases("""
regards|kind regards|best regards|warm regards|wishes|best wishes|yours|yours sincerely|yours faithfully|yours truly
sincerely|freundlichen grüßen|freundlichen grüssen|freundliche grüße|viele grüße|vielen grüßen|liebe grüße
lieben grüßen|beste grüße|besten grüßen|herzliche grüße|schöne grüße|grüße|gruß|gruss|freundlichem gruß|mfg|lg|vg
hochachtungsvoll|cordialement|bien cordialement|bien à vous|salutations|salutations distinguées|sincèrement
amicalement|saludo|saludos|saludos cordiales|un cordial saludo|un saludo|atentamente|atte|vriendelijke groet
vriendelijke groeten|hartelijke groet|hartelijke groeten|groet|groeten|groetjes|mvg|vänlig hälsning
vänliga hälsningar|bästa hälsningar|hälsning|hälsningar|mvh|hilsen|vennlig hilsen|venlig hilsen|saluti
cordiali saluti|distinti saluti|cumprimentos|melhores cumprimentos|atenciosamente|att|abraço|pozdrawiam|z poważaniem
pozdrowienia|z pozdrowieniami|terveisin|ystävällisin terveisin
""")
"""At the end of a text or line: what stands behind is the writer, in small letters too."""
CLOSING_THANKS = _phrases("""
best|cheers|thanks|many thanks|thank you|love|danke|vielen dank|merci|gracias|bedankt|tack|grazie|obrigado|obrigada
dzięki
""")
"""The same, but thanks may be for something: one word behind must be a first name."""

PARTICLES = frozenset(
    [
        "van",
        "von",
        "de",
        "der",
        "den",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "das",
        "du",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "ter",
        "ten",
        "zu",
        "zum",
        "af",
        "av",
        "y",
    ]
)
JOINERS = frozenset(["and", "und", "et", "y", "en", "och", "e", "i", "og", "&"])
SPEAKS = frozenset(
    ["i", "we", "you", "he", "she", "they", "and", "then", "have", "'ve", "i've", "we've", "never", "just"]
)
"""Before "called" these make it a call, not a name."""
LONGEST_PHRASE = 4
"""Words of the longest phrase above."""
_EVERYWHERE = """
m s t d l to with is it a by the of you i in on my me con med z com mit avec van op no o au de un el il per je this
see was auf den im von nom que ist full best ar att di e em er es est ich ik jag jeg kind mam mi mio mon na
registered sie vous warm wishes bien basta mein meu mijn mitt viele vielen liebe lieben beste besten schone
"""
EVERYWHERE = frozenset(_EVERYWHERE.split())
"""Words of the phrases above that are everywhere: by them no text is chosen for a look."""


class Group(StrEnum):
    """The groups above."""

    SAYING = "saying"
    TITLE = "title"
    SMALL_TITLE = "small title"
    DOTTED_TITLE = "dotted title"
    LABEL = "label"
    ROLE = "role"
    LIKELY = "likely"
    CLOSING = "closing"
    CLOSING_THANKS = "thanks"


PHRASES = {
    Group.SAYING: SAYING,
    Group.TITLE: TITLES,
    Group.SMALL_TITLE: SMALL_TITLES,
    Group.DOTTED_TITLE: DOTTED_TITLES,
    Group.LABEL: LABELS,
    Group.ROLE: ROLES,
    Group.LIKELY: LIKELY,
    Group.CLOSING: CLOSING,
    Group.CLOSING_THANKS: CLOSING_THANKS,
}

NO_GROUP: frozenset[Group] = frozenset()
GROUPS: dict[str, frozenset[Group]] = {}
for _group in Group:
    for _phrase in PHRASES[_group]:
        GROUPS[_phrase] = GROUPS.get(_phrase, NO_GROUP) | {_group}
LAST_WORDS = frozenset(phrase.split()[-1] for phrase in GROUPS)
_SMALL = {Group.SAYING, Group.SMALL_TITLE, Group.CLOSING}
SMALL_BEHIND = frozenset(
    phrase.split()[-1] for phrase, groups in GROUPS.items() if groups & (_SMALL | {Group.CLOSING_THANKS})
)
"""Words behind which a word in small letters is worth a look."""
CLOSING_WORDS = frozenset(word for phrase in CLOSING for word in phrase.split() if len(word) > 1) - {"del", "di"}
BEFORE_CAPITALS = LAST_WORDS | PARTICLES
"""Words right before a word with a capital that may begin a name."""
TELLING_SMALL = (
    frozenset(part for phrase, groups in GROUPS.items() if groups & _SMALL for part in re.split(r"\W", phrase))
    - EVERYWHERE
)
"""A text without these words holds no name in small letters but first names."""
