"""Words that say nothing by themselves, in the languages customers write: a key phrase neither begins nor ends with
one. Short lists of function words, made for this purpose; English is scikit-learn's list beside ours."""

from __future__ import annotations

from functools import cache

EN = """
i'm i've i'd i'll it's that's there's don't didn't doesn't isn't wasn't weren't won't wouldn't couldn't can't cannot
im ive id ill its thats theres dont didnt doesnt isnt wasnt werent wont wouldnt couldnt cant he's she's they're we're
you're they've we've you've just really very also even still ever got get gets getting said says say went go going
came come thing things lot bit quite much many one two three first second time times way day days week weeks
month months ago hour hours minute minutes today yesterday use used using new end left
"""
PT = """
a o as os um uma de do da dos das e em no na nos nas por para com sem que se não nao mais mas foi é são ser ter tem
tinha eu ele ela eles elas meu minha seu sua isso este esta esse essa ao à já ja muito muita também tambem só so como
quando ou me lhe até ate pelo pela estou está estava era
"""
ES = """
a el la los las un una unos unas de del y en por para con sin que se no más mas pero fue es son ser tener tiene yo él
ella ellos ellas mi su eso este esta ese esa al ya muy mucho mucha también solo sólo como cuando o me le lo hasta está
estaba era ha han nos te
"""
DE = """
der die das den dem des ein eine einen einem einer und in im am an auf für mit ohne von vom zu zum zur ist sind war
waren nicht kein keine ich du er sie es wir ihr mich mir uns mein meine ihre sein hat habe haben hatte wurde wird aber
auch noch nur schon sehr so wie wenn oder als bei nach dass da
"""
FR = """
le la les l un une des de du d et en à au aux pour par avec sans que qui se ne pas plus mais est sont était ai a ont
avoir être je tu il elle nous vous ils elles mon ma mes son sa ses ce cette ces on y très aussi comme quand ou où dans
sur c'est j'ai
"""
IT = """
il lo la i gli le un uno una di del della dei delle e in nel nella per con senza che si non più ma è sono era ho ha
hanno essere avere io tu lui lei noi voi loro mio mia suo sua questo questa al alla da dal anche solo come quando o mi
ci molto
"""
NL = """
de het een en van in op te voor met zonder dat die is zijn was waren niet geen ik je jij hij zij ze wij we mijn haar
heb heeft hebben had maar ook nog al zeer erg zo als wanneer of bij naar er aan om
"""
PL = """
i w we z ze na do od o u za po przez dla że się nie tak ale jest są był była było być mam ma ja ty on ona my wy oni
mój moja to ten ta te już bardzo też tylko jak kiedy albo lub mi mnie co
"""
OWN = {"en": EN, "pt": PT, "es": ES, "de": DE, "fr": FR, "it": IT, "nl": NL, "pl": PL}


@cache
def stop_words() -> frozenset[str]:
    """All of them: comments of one company come in several languages, and a word of one is rarely news in another."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(ENGLISH_STOP_WORDS) | {word for words in OWN.values() for word in words.split()}
