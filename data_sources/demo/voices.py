"""How somebody writes: the same customer always the same way, with their own mistakes."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

MISSPELT = {
    "definitely": "definately", "received": "recieved", "receive": "recieve", "separate": "seperate",
    "appointment": "apointment", "engineer": "enginer", "disappointed": "dissapointed", "really": "realy",
    "until": "untill", "their": "there", "too": "to", "you're": "your", "believe": "beleive", "which": "wich",
    "install": "instal", "installation": "instalation", "different": "diffrent", "tomorrow": "tommorow",
    "business": "buisness", "friend": "freind", "truly": "truely", "waste": "waist", "address": "adress",
    "apparently": "apparantly", "because": "becuase", "through": "thru", "broadband": "brodband", "tonight": "tonite",
    "finally": "finaly", "successful": "succesful", "professional": "proffesional", "recommend": "reccomend",
}  # fmt: skip
"""What people really get wrong."""
SHORTENED = {"you": "u", "your": "ur", "because": "cos", "please": "pls", "thanks": "thx", "with": "w/",
             "to be honest": "tbh",
             "messages": "msgs", "people": "ppl", "weeks": "wks", "minutes": "mins", "before": "b4"}  # fmt: skip
WRITTEN_OUT = {
    "don't": "do not", "didn't": "did not", "can't": "cannot", "isn't": "is not", "wasn't": "was not", "I've": "I have",
    "it's been": "it has been", "It's been": "It has been", "it's": "it is", "It's": "It is", "couldn't": "could not",
}  # fmt: skip
EMPHATIC = {"not", "never", "no", "nobody", "nothing", "still", "again", "every", "hours", "weeks",
            "ever", "so", "very",
            "excellent", "brilliant", "finally", "third", "all", "really"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Voice:
    """Habits of one writer. `terseness` is how often only a few words come, `patience` how much is told at most."""

    terseness: float
    patience: float
    lower_case: bool = False
    careless: bool = False
    texter: bool = False
    loud: bool = False
    breathless: bool = False
    formal: bool = False


def voice_of(number: int, student: bool, retired: bool) -> Voice:
    """The voice of the customer of that number; the young write shorter, the old longer."""
    habits = random.Random(number * 7919 + 13)  # noqa: S311  how somebody writes is no secret
    draw = habits.random()
    terseness = 0.26 if student else 0.08 if retired else 0.16
    patience = 0.75 if student else 1.1 if retired else 0.95
    return Voice(
        terseness,
        patience * habits.uniform(0.55, 1.0),
        lower_case=draw < (0.45 if student else 0.03 if retired else 0.16),
        careless=habits.random() < 0.2,  # noqa: PLR2004
        texter=student and habits.random() < 0.3,  # noqa: PLR2004
        loud=habits.random() < 0.07,  # noqa: PLR2004
        breathless=habits.random() < 0.12,  # noqa: PLR2004
        formal=habits.random() < (0.35 if retired else 0.06),
    )


def spoken(text: str, voice: Voice, rng: random.Random) -> str:
    """The text as this person types it."""
    if voice.formal:
        text = _formal(text)
    if voice.careless:
        text = _misspelt(text, rng)
    if voice.texter:
        text = _replaced(text, SHORTENED, 0.6, rng)
    if voice.loud:
        text = _loud(text, rng)
    if voice.breathless:
        text = re.sub(r"\. (?=[A-Z])", lambda _: rng.choice([", ", " ", " - ", "... ", ", "]), text)
    if voice.lower_case:
        text = text.lower()
        text = text.replace("'", "") if voice.texter or voice.careless else text
    if rng.random() < (0.55 if voice.lower_case else 0.18):
        text = text.rstrip(".")
    return text


def _formal(text: str) -> str:
    for short, full in WRITTEN_OUT.items():
        text = text.replace(short, full)
    return text


def _misspelt(text: str, rng: random.Random) -> str:
    text = _replaced(text, MISSPELT, 0.5, rng)
    words = text.split(" ")
    for place, word in enumerate(words):
        if len(word) > 5 and word.isalpha() and rng.random() < 0.03:  # noqa: PLR2004
            cut = rng.randrange(1, len(word) - 2)
            swapped = word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :]
            words[place] = rng.choice([swapped, word[:cut] + word[cut + 1 :]])
    return " ".join(words)


def _replaced(text: str, table: dict[str, str], share: float, rng: random.Random) -> str:
    def one(found: re.Match[str]) -> str:
        word = found.group(0)
        return table[word] if word in table and rng.random() < share else word

    return re.sub(r"[a-z']+", one, text)


def _loud(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    for place, word in enumerate(words):
        if word.strip(".,") in EMPHATIC and rng.random() < 0.6:  # noqa: PLR2004
            words[place] = word.upper()
    text = " ".join(words)
    return re.sub(r"\.(?= |$)", lambda _: rng.choice([".", "!", "!!", "."]), text)
