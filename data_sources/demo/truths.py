"""What is planted in the demo company and must be found: what, where, since when, how large.

`since_weeks` counts back from the last week: 2 means the last two weeks. Shifts are in latent standard deviations
(data_sources/demo/company.py). The sizes promised here are measured on the written rows by the tests.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InstallationFailure:
    """A new contractor misses visits: scores fall, more customers are asked, some call. `strength` by weeks
    before the last (0 is the last). `fall` is what total NPS loses in the last week against the year before;
    `explains` the part of it (experience and mix) that this touchpoint in this region accounts for."""

    region: str = "North"
    touchpoint: str = "delivery & installation"
    since_weeks: int = 2
    shift: float = -1.45
    strength: tuple[float, ...] = (1.0, 0.5)
    volume: float = 3.2
    spill_touchpoint: str = "call centre"
    spill_shift: float = -0.12
    fall: tuple[float, float] = (6.0, 9.0)
    explains: tuple[float, float] = (0.55, 0.80)


@dataclass(frozen=True, slots=True)
class AppRelease:
    """A release that made things easier on the mobile app, declared as an event that starts new limits."""

    touchpoint: str = "mobile app"
    metric: str = "effort"
    since_weeks: int = 20
    shift: float = 0.50
    label: str = "Larkmere app 6.0"
    rise: tuple[float, float] = (15.0, 40.0)


@dataclass(frozen=True, slots=True)
class MixShift:
    """A student offer: within one region the answers move to a segment that scores low, every segment improves
    and the region falls. `segment_shift` is that segment's usual handicap there, all three years."""

    region: str = "South"
    segment: str = "Students"
    metric: str = "nps"
    since_weeks: int = 6
    segment_shift: float = -0.75
    volume: float = 3.7
    shift: float = 0.13
    fall: tuple[float, float] = (6.0, 16.0)


@dataclass(frozen=True, slots=True)
class Overtaking:
    """A competitor passes us in one product. `gaps` are its lead over our usual level in the last published
    months, newest last; before them it trails by `before`."""

    company: str = "Tarnwick"
    product: str = "Mobile SIM"
    metric: str = "nps"
    since_months: int = 3
    before: float = -7.0
    gaps: tuple[float, ...] = (-1.0, 5.0, 9.0)


@dataclass(frozen=True, slots=True)
class SilentTouchpoint:
    """A feed that stopped: no response and no event of this touchpoint in the last weeks."""

    touchpoint: str = "social media"
    since_weeks: int = 3


@dataclass(frozen=True, slots=True)
class TooFew:
    """A slice that hardly answers: about `weekly` responses a week, whatever the size of the company."""

    region: str = "Wales"
    segment: str = "Small business"
    weekly: float = 0.9


@dataclass(frozen=True, slots=True)
class HelpfulEmployee:
    """Customers who name one person who helped them; `comments` is the least number of them at default size."""

    name: str = "Tamsin"
    touchpoints: tuple[str, ...] = ("call centre", "after-sales support")
    since_weeks: int = 6
    share: float = 0.75
    comments: int = 40


@dataclass(frozen=True, slots=True)
class PassedAround:
    """After the failed installations customers call and are sent on, and some give up. `called`: of the customers who
    were let down by one and scored it 0–6, the least share with a contact after it where a week was left to make it;
    `usually`: the most there is after other bad deliveries. `after` is the turn to look for."""

    region: str = "North"
    touchpoint: str = "delivery & installation"
    since_weeks: int = 2
    after: tuple[str, ...] = ("delivery & installation", "call centre", "online help", "call centre")
    called: float = 0.7
    usually: float = 0.45


@dataclass(frozen=True, slots=True)
class LateInstallation:
    """The failed installations come much later than promised, or not at all: `days` late on average at least where
    it was up to `usually` elsewhere, and at least `outstanding` of them not come by the last day."""

    region: str = "North"
    touchpoint: str = "delivery & installation"
    since_weeks: int = 2
    days: float = 5.0
    usually: float = 1.5
    outstanding: float = 0.4


@dataclass(frozen=True, slots=True)
class BelowMinimum:
    """The touchpoint that falls below what customers put up with, in the last week; no other does."""

    touchpoint: str = "delivery & installation"
    metrics: tuple[str, ...] = ("nps", "emotion")


@dataclass(frozen=True, slots=True)
class RisingExpectation:
    """Customers expect things to be easier every year, by so many points, with or without anything planted."""

    metric: str = "effort"
    a_year: float = 2.4


INSTALLATION_FAILURE = InstallationFailure()
APP_RELEASE = AppRelease()
MIX_SHIFT = MixShift()
OVERTAKING = Overtaking()
SILENT_TOUCHPOINT = SilentTouchpoint()
TOO_FEW = TooFew()
HELPFUL_EMPLOYEE = HelpfulEmployee()
PASSED_AROUND = PassedAround()
LATE_INSTALLATION = LateInstallation()
BELOW_MINIMUM = BelowMinimum()
RISING_EXPECTATION = RisingExpectation()
