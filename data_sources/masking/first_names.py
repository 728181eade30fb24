"""First names of many countries: those that Faker (MIT licence) ships by country, without what is a word besides."""

from __future__ import annotations

import importlib
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from data_sources.masking.words import BESIDES_NAMES
from metrics import stop_words

COUNTRIES = (
    "en_US", "en_GB", "en_IE", "en_IN", "en_NG", "en_KE", "de_DE", "de_AT", "de_CH", "fr_FR", "fr_BE", "fr_CH", "es_ES",
    "es_MX", "es_AR", "nl_NL", "nl_BE", "sv_SE", "no_NO", "da_DK", "fi_FI", "it_IT", "pt_PT", "pt_BR", "pl_PL", "cs_CZ",
    "hu_HU", "ro_RO", "tr_TR", "hr_HR", "ru_RU", "uk_UA",
)  # fmt: skip
WORDS_OF = ("en_US", "de_DE", "fr_FR", "es_ES", "nl_NL", "it_IT")
"""Countries whose lists of common words (some thousand each) are read."""
SHORTEST = 3
FOLD = {
    code: base[0]
    for code in range(0xC0, 0x530)
    if len(base := unicodedata.normalize("NFD", chr(code))) > 1 and base[0].isalpha()
} | {ord("’"): "'"}
"""Letters without their accents, and the apostrophe of typewriters; a text keeps its length."""


@cache
def certain() -> frozenset[str]:
    """First names that are nothing else, folded: with a capital they are somebody."""
    return frozenset(known() - common() - {folded(word) for word in BESIDES_NAMES})


@cache
def known() -> frozenset[str]:
    """All first names, folded, also those that are words besides."""
    names = (name for country in COUNTRIES for name in _listed("person", country, "first_names"))
    return frozenset(folded(part) for name in names for part in name.split() if len(part) >= SHORTEST)


@cache
def surnames() -> frozenset[str]:
    """Surnames, folded."""
    names = (name for country in COUNTRIES for name in _listed("person", country, "last_names"))
    return frozenset(folded(part) for name in names for part in name.split() if len(part) >= SHORTEST)


@cache
def common() -> frozenset[str]:
    """Common words of several languages, folded; first names among them are left to what stands around them."""
    words = {folded(word) for country in WORDS_OF for word in _listed("lorem", country, "word_list")}
    return frozenset((words - _names_among_words()) | ordinary())


@cache
def ordinary() -> frozenset[str]:
    """Words that are nobody's name wherever they stand, folded."""
    stops = " ".join((stop_words.EN, stop_words.DE, stop_words.FR, stop_words.ES, stop_words.IT, stop_words.NL,
                      stop_words.PT, stop_words.PL))  # fmt: skip
    return frozenset({folded(word) for word in stops.split()} | MORE_WORDS)


@cache
def _names_among_words() -> frozenset[str]:
    """Names that the list of common Spanish words holds: it was counted in newspapers."""
    listed = (name for part in ("first_names", "last_names") for name in _listed("person", "es_ES", part))
    return frozenset(folded(part) for name in listed for part in name.split())


def folded(word: str) -> str:
    """In lower case, without accents: "Élodie" is "elodie"."""
    return word.lower().translate(FOLD)


def _listed(subject: str, country: str, beginning: str) -> Iterator[str]:
    """The words that Faker's provider keeps under names that begin so."""
    provider = importlib.import_module(f"faker.providers.{subject}.{country}").Provider
    for name in dir(provider):
        words: Iterable[str] = getattr(provider, name) if name.startswith(beginning) else ()
        yield from words


_MORE = """
a abbonato about account accounts advice advisor after again against agent agents airline all alla alle allemaal
alles also always american an and another answer any anyone app april are as asking at august bad bank because
bedankt been before being best between bic big bill billing blind blocked bonjour booking both branch british bsn
bus business but by call calling calls can card care center centre changed chat checkout chinese claim claims client
cliente clientes clients company complaint complaints concerned confused contenta contento correct correctly could
counter cpf cpr curp customer customers damen deaf december decu decue dein delighted delivery department desk
diabetic did dienstag different dimanche din dinsdag disabled disappointed dni do does donnerstag driver during
dutch dziekuje each email english enttauscht equipe equipo european ever every everybody everyone everything
excellent falsch fax february few filiale fine flight for freitag french friday friendly from front furious german
going gone good gracias grateful grazie great guys had handy happy has have he head hello help helpful her here
herren hi hilfe him his hotel how iban iedereen if ihnen ihr ihre immediate in incorrectly incorrecto indian ingen
insurance internet into invoice irish it italian its january japanese jeudi jouw july june just kind klant klanten
klient klientem klientka known kund kunde kunden leaving lieferung line listed living looking lundi ma maandag madam
mail mal management manager march mardi may me mein meine merci mercredi meu mi might mijn min mine minha mispelled
missing misspelled mitarbeiter mitarbeiterin mitarbeitern mitt mittwoch mobile mon monday money montag more most
moving mud must my mycket nadie nessuno never new nice nie niemand nif ninguem nir no nobody nor not nothing
november now obrigada obrigado october of off office old on once online only onto or order orders other our ours out
over own paying payment people personne pesel phone please pleased policy poor pregnant price printed product
quality really reception rechnung refund representative retired richtig right rude sales same samedi samstag
satisfait satisfaite saturday scottish sehr september service she shocked should since sir sirs slow so socia socio
some somebody someone sonntag sorry spanish spelled spelt ssn staff still store su such sunday superb supervisor
support surprised tack team technical tel terrible tevreden than thank thanks that the their them then there these
they this those through thursday ticket to today todos tomorrow too tous tout train trying tu tuesday tutti under
unhappy until up upon upset us using usuaria usuario utente uw vegan vegetarian vendredi vertrag very waiting was we
website wednesday well welsh were what when where which while who whoever whom whose why with women worst would
writing written wrong wrongly wszyscy yesterday you your yours zadowolony zufrieden
"""
MORE_WORDS = frozenset(_MORE.split())
"""What people write with a capital in comments and is nobody, without accents."""
