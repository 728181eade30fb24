"""Postal addresses as they are written in Britain, Ireland, North America, Australia, the German and Dutch speaking
countries, France, Spain, Italy, Portugal, Brazil, Poland and Scandinavia.

A street counts with a house number only; unit, town and postcode are masked where they stand at it. British, Irish and
Canadian postcodes count by themselves: one stands for some fifteen doors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from data_sources.masking.letters import UPPER

_CAP = rf"[{UPPER}](?:[^\W\d_]|['’-]){{0,30}}(?!\w)\.?"
_NO = r"\d{1,5}(?:\s?[A-Za-z](?!\w))?(?:\s?[-/]\s?\d{1,4}[A-Za-z]?(?!\w))?"
_UNIT = (
    r"minut|min\b|hour|hr|day|week|month|year|mile|km\b|met[re]|time|people|person|star|pm\b|am\b|block|euro|pound|dollar"
    r"|mal\b|stunde|tag|woche|monat|jahr|uhr\b|heure|jour|semaine|mois|ans\b|hora|día|semana|mes|año|ore\b|giorn|settiman"
    r"|uur\b|dag|dagen|weken|maand|jaar|timm|dagar|veck|gang|gång|keer|fois|veces|volte|vezes|razy|godzin"
)
_NUMBER = rf"{_NO}(?!\s(?:{_UNIT}))(?![\d%])"
_LINK = (
    r"(?:de|del|de la|de las|de los|des|du|da|do|das|dos|di|della|delle|dei|degli|la|le|les|el|los|las|van|van der|"
    r"van de|der|den|e|y|et)\s|d['’]|l['’]|dell['’]|all['’]"
)
_NAMED = rf"(?:{_LINK}){{0,3}}{_CAP}(?:[ -](?:{_LINK}){{0,3}}{_CAP}){{0,3}}"

_ENGLISH_FIRM = "street|road|avenue|lane|close|court|crescent|terrace|gardens|grove|square|mews|boulevard|parkway"
_ENGLISH = (
    f"{_ENGLISH_FIRM}|st|rd|ave?|ln|drive|dr|cl|ct|cres|way|place|pl|garden|gdns|hill|sq|park|row|walk|green|blvd|"
    "pkwy|highway|hwy|circle|cir|trail|view|rise|parade|quay|wharf|vale|esplanade|embankment|heights|yard"
)


def _words(pattern: str) -> list[str]:
    """The words of a pattern's alternatives, as far as they are the same in each."""
    plain = (word.replace(r"\.?", "").replace(r"\.", ".") for word in pattern.split("|"))
    return sorted({re.split(r"[?(]", word)[0] for word in plain if not word.startswith("ss")})


_FRENCH = r"rue|avenue|av\.?|boulevard|bd\.?|place|chemin|impasse|allée|quai|route|cours|square|passage"
_JOINED = (
    r"stra(?:ß|ss)e|str\.?|weg|platz|allee|gasse|ring|damm|ufer|chaussee|steig|pfad|straat|laan|plein|gracht|kade|singel|dijk|"
    r"steeg|gatan|gata|vägen|väg|gränd|torget|stigen|vej|vejen|gade|gaden|veien|vei|stræde|plads"
)
_APART = (
    r"stra(?:ß|ss)e|str\.?|weg|platz|allee|gasse|ring|damm|ufer|chaussee|markt|straat|laan|plein|gracht|kade|singel"
)
_BEFORE = (
    r"calle|avenida|avda\.?|av\.|plaza|pza\.?|paseo|camino|carrera|ronda|travesía|viale|piazzale|corso|vicolo|rua|travessa|"
    r"rue|avenue|boulevard|chaussée|chemin|impasse|quai|praça|estrada|alameda|ul\.|al\.|os\.|pl\.|ulica|ulicy|aleja|osiedle"
)
_BOX = r"p\.? ?o\.? ?box|postfach|postbus|apartado(?: de correos)?|boîte postale|skrytka|postboks|caixa postal"
_NUMBER_FIRST = (
    # 10 Downing Street · 55 W 125th St · 9 The Crescent
    rf"(?!\d{{1,5}}\s(?i:{_UNIT}|way|court)){_NO},?\s(?:(?:{_CAP}|\d{{1,3}}(?:st|nd|rd|th))\s){{1,4}}?"
    rf"(?i:{_ENGLISH})(?!\w)\.?(?!\s(?i:thru|ticket))",
    # live at 22b baker street
    rf"(?<=\b(?:at|to|is|in)\s)(?i:{_NO},?\s(?!{_UNIT})(?:[\w'’-]{{2,20}}\s){{1,2}}?(?:{_ENGLISH_FIRM})(?!\w))",
    # 12 bis rue de la République
    rf"{_NO}(?:\s(?:bis|ter|quater))?,?\s(?i:{_FRENCH})\s"
    rf"{_NAMED}",
)
_NUMBER_LAST = (
    # Lindenstraße 12a · Prinsengracht 263 · Storgatan 14 B
    rf"(?<!\w)[{UPPER}](?:[^\W\d_]|['’-]){{1,30}}?(?:{_JOINED}),?\s{_NUMBER}",
    # Berliner Str. 45 · Am Alten Markt 7
    rf"(?<!\w){_CAP}(?:[ -]{_CAP}){{0,2}}[ -](?i:{_APART}),?\s{_NUMBER}",
    # Calle de Alcalá 42 · Via Garibaldi 21 · Rua Augusta 27 · ul. Marszałkowska 10/12
    rf"(?<!\w)(?:(?i:{_BEFORE})|[CcRr]/|R\.|Via|Piazza|Largo)"
    rf"\s?{_NAMED},?\s(?:n[.ºo°]{{0,2}}\s?|núm\.?\s|número\s)?{_NUMBER}",
    # PO Box 1187 · Postfach 10 23 45
    rf"(?<!\w)(?i:{_BOX})\s(?:\d ?){{1,8}}(?<=\d)",
)
NUMBER_FIRST = re.compile("|".join(f"(?:{street})" for street in _NUMBER_FIRST))
NUMBER_LAST = re.compile("|".join(f"(?:{street})" for street in _NUMBER_LAST))
HOUSE = re.compile(r"(?<![\w.,£$€/-])\d{1,5}(?!\d)")
AHEAD, BEHIND = 80, 90
"""Characters in which a street stands behind its number, and before it."""
MOST_HOUSES = 500
"""Numbers of a text that are looked at; no comment has more."""
TELL_FIRST = re.compile(rf"\s(?:{_ENGLISH}|{_FRENCH})(?!\w)", re.I)
TELLS_LAST = (
    *_words(_JOINED), *_words(_APART), *_words(_BEFORE), "c/", "r/", "r.", "via", "piazza", "largo", "box", "post",
    "apartado", "skrytka", "caixa",
)  # fmt: skip
"""What a street has in it, in lower case: a cheap look before the patterns."""

_UK = r"[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}"
_UK_SMALL = r"[a-pr-uwyz][a-hk-y]?\d[a-z\d]? \d[abd-hjlnp-uw-z]{2}"
_CANADA = r"[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d"
_IRELAND = r"[AC-FHKNPRTV-Y]\d[\dW] (?=[A-Z]{0,3}\d)[\dAC-FHKNPRTV-Y]{4}"
POSTCODE = re.compile(rf"(?<![\w-])(?:{_UK}|{_UK_SMALL}|{_CANADA}|{_IRELAND})(?![\w-])")
_CODE = (
    rf"(?:{_UK}|(?i:{_UK})|{_CANADA}|{_IRELAND}|(?:[A-Z]{{1,2}}-)?(?:\d{{5}}-\d{{3,4}}|\d{{4}}-\d{{3}}|\d\d-\d{{3}}"
    r"|\d{3} \d\d|\d{4} ?[A-Z]{2}|\d{4,5}))(?!\w)"
)
_TOWN = rf"{_CAP}(?:[ -](?:am |an der |upon |on |sur |de la |de |del |di |in )?{_CAP}){{0,2}}"
FURTHER = re.compile(
    rf"(?:,?\s(?:[NS]\.?[EW]?\.?|[EW]\.?)(?!\w)|,?\s(?i:flat|apt\.?|apartment|suite|unit|#|floor|whg\.?)\s?\w{{1,5}}(?!\w)"
    rf"|,?\s\d{{1,2}}[ºª°]\s?[A-Za-z]?(?!\w)|[,\n]?\s?(?:,\s)?{_CODE}(?:[,\s]\s?{_TOWN})?|,\s?{_TOWN}(?:,?\s[A-Z]{{2,3}}(?=\s[\dA-Z]))?"
    rf"|\s{_TOWN}(?=,?\s(?:[A-Z]{{2,3}}\s)?{_CODE})|,?\s[A-Z]{{2,3}}(?=\s{_CODE}))"
)
"""What goes on behind a street: a compass point, a unit, a floor, a postcode with its town, a town, a state."""
MOST_FURTHER = 6
"""Parts behind a street: unit, district, town, state, postcode, country."""
STREET_BEFORE = re.compile(
    rf"(?<!\w)\d{{1,5}}[a-z]?,?\s(?:[\w'’-]{{2,20}}\s){{1,2}}(?:{_ENGLISH_FIRM}),?\s(?:[\w'’-]{{2,20}},?\s){{0,2}}$",
    re.I,
)
"""A street before a postcode, in small letters too."""
UNIT_BEFORE = re.compile(
    r"(?:(?:flat|apt\.?|apartment|unit|suite|room|wohnung|appartement|appt\.?|piso)\s\w{1,5},?\s){1,2}$", re.I
)
LETTER_AND_DIGIT, FIVE_DIGITS = re.compile(r"[A-Za-z]\d"), re.compile(r"\d{5}")
"""Without these there is no such postcode: a cheap look before the patterns."""
US_TOWN = re.compile(rf"(?<!\w){_TOWN},\s[A-Z]{{2}}\s\d{{5}}(?:-\d{{4}})?(?!\w)")


def addresses(text: str, lower: str) -> Iterator[tuple[int, int]]:
    """Where postal addresses are, in order."""
    done = 0
    for start, end in sorted({*_streets(text, lower), *_codes(text)}):
        if start >= done:
            begin = max(done, _start(text, start))
            done = _end(text, end)
            yield begin, done


def _streets(text: str, lower: str) -> Iterator[tuple[int, int]]:
    for house in islice(HOUSE.finditer(text), MOST_HOUSES):
        start, end = house.span()
        if TELL_FIRST.search(text, end, end + AHEAD):
            found = NUMBER_FIRST.match(text, start)
            if found is not None:
                yield found.span()
        before = max(0, start - BEHIND)
        behind = lower[before:start]
        if any(map(behind.__contains__, TELLS_LAST)):
            yield from (match.span() for match in NUMBER_LAST.finditer(text, before, min(len(text), end + 20)))


def _codes(text: str) -> Iterator[tuple[int, int]]:
    if LETTER_AND_DIGIT.search(text):
        yield from (match.span() for match in POSTCODE.finditer(text))
    if FIVE_DIGITS.search(text):
        yield from (match.span() for match in US_TOWN.finditer(text))


def _start(text: str, start: int) -> int:
    for form in (STREET_BEFORE, UNIT_BEFORE):
        before = form.search(text, max(0, start - BEHIND), start)
        start = start if before is None else before.start()
    return start


def _end(text: str, end: int) -> int:
    for _ in range(MOST_FURTHER):
        more = FURTHER.match(text, end)
        if more is None:
            break
        end = more.end()
    return end
