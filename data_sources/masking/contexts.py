"""Words before a number that say what it is."""

from __future__ import annotations

import re

REACH = 48
"""Characters before a number in which a word may say what it is: some seven words."""


def _before(words: str, gap: str = r"[^\d\n.!?;]{0,24}") -> re.Pattern[str]:
    """One of the words, then a few others, then the number. `words` are alternatives; `*` ends a beginning."""
    listed = (word.strip() for word in words.replace("\n", "|").split("|"))
    escaped = (re.escape(word).replace(r"\*", r"\w{0,12}").replace(r"\ ", r"\s?") for word in listed if word)
    alternatives = "|".join(escaped)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w){gap}$")


PHONE = _before(
    """
phone* | tel | tel. | tlf | tél | telefon* | telephone* | téléphone* | teléfono* | telefone* | telefoon* | telemóvel
móvil | movil | mobil* | mobile* | mob | cell* | handy* | call | calls | called | calling | ring | rings | rang
ringen | dial* | text me | txt | sms | whatsapp | signal | landline | fax | hotline | reach* | contact* | contatt*
erreichbar | erreichen | ruf* | anruf* | rückruf* | joindre | joignable | rappel* | appel* | portable | llam*
llám* | bel | bellen | ligue* | ligar | chiam* | zadzwoń* | dzwoń* | komórk* | ring mig | ringa | puhelin* | soita
"""
)
NUMBER = _before(
    """
number | number's | numbers | nummer | numéro | numero | número | numer | no. | nr.
"""
)
"""A number is called so without another word for what it is."""
ORDER = _before(
    """
order* | booking* | reservation* | ticket* | case | ref | ref. | reference | invoice* | tracking | parcel | article
item* | model* | serial | version | flight | isbn | sku | lot | product | code | transaction | job | incident
complaint | bestell* | auftrag* | rechnung* | sendung* | vorgang* | artikel* | fall | ticketnummer | beleg*
commande* | facture* | colis | suivi | dossier | réservation | pedido* | factura* | reserva* | envío | bestelling*
ordernummer | factuur* | zaaknummer | ärende* | ordinazione | ordine | fattura | encomenda | fatura | zamówieni*
faktur* | sag | sak | order no | order number
""",
)
BANK = _before(
    """
account | account number | accounts | acct | a/c | acc | acc no | konto | kontonummer* | kontonr | kto | compte
cuenta | ccc | conta | conto | rekening* | bankrekening* | iban | blz | bankleitzahl | routing | rib | bankgiro
plusgiro | clearing* | nib | kontonr. | rachun* | kontonummeret | tili* | bank account
""",
    r"[^\d\n.!?;]{0,16}(?:n[o°º]\.?|nr\.?)?[^\d\n.!?;]{0,4}",
)
SORT = _before(
    """
sort code | sortcode | s/c | bsb | clearing* | bank code
""",
    r"[^\d\n.!?;]{0,12}",
)
CUSTOMER = _before(
    """
customer number | customer no | customer id | client number | client no | member number | member no | membership*
membership number | membership no | policy number | policy no | loyalty number | loyalty card | frequent flyer*
kundennummer | kundennr | kunden-nr | mitgliedsnummer | versicherungsnummer | vertragsnummer | numéro client
numéro de client | n° client | numéro de contrat | número de cliente | número de socio | klantnummer | kundnummer
kundenummer | numero cliente | codice cliente | numer klienta | contract number | contract no
""",
    r"[^\d\n!?;]{0,8}",
)
CARD = _before(
    """
card* | visa | mastercard | amex | maestro | credit* | debit* | karte | kreditkarte* | carte* | tarjeta* | kaart
creditcard | kort* | carta | cartão | karta | karty | girocard
"""
)
IDENTITY = _before(
    """
national insurance* | ni number | ni no | nino | ssn | social security* | nhs number | nhs no | nhs | passport*
driving licence* | driver's license | dni | nie | nif | sécu | sécurité sociale | nir | steuer-id | steuerid
steueridentifikationsnummer | steuernummer | sozialversicherungsnummer | ausweis* | personalausweis* | reisepass*
bsn | burgerservicenummer | sofinummer | personnummer* | samordningsnummer | pesel | codice fiscale | cpf | cpr*
fødselsnummer* | henkilötunnus* | hetu | ahv* | avs | rijksregister* | pps | ppsn | curp | aadhaar* | pan | sin
tfn | cnp | oib | rodné číslo | pasaporte | passeport | passaporto | paspoort* | id number | id card | identity*
kimlik*
""",
)


def before(lower: str, at: int) -> str:
    """What stands before a place, near enough to say what follows."""
    return lower[max(0, at - REACH) : at]


def nearer(one: re.Pattern[str], other: re.Pattern[str], said: str) -> bool:
    """Whether a word of `one` stands there and nearer than any of `other`."""
    here = one.search(said)
    if here is None:
        return False
    there = other.search(said)
    return there is None or _last(one, said) > _last(other, said)


def _last(pattern: re.Pattern[str], said: str) -> int:
    """Where the last such word begins."""
    found, place = pattern.search(said), -1
    while found is not None:
        place = found.start()
        found = pattern.search(said, place + 1)
    return place
