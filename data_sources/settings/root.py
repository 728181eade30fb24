"""The whole of cx.toml."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from data_sources.settings.access import AccessSettings, PeopleSettings, RoleSettings
from data_sources.settings.company import (
    AxisSettings,
    BenchmarkMetricSettings,
    CubeSettings,
    EventSettings,
    MetricSettings,
    OrderSettings,
    PersonaSettings,
    ThresholdSettings,
)
from data_sources.settings.datasets import (
    BenchmarksSettings,
    CustomersSettings,
    DatasetSettings,
    EventsSettings,
    ExpectationsSettings,
    JourneyEventsSettings,
    OutcomesSettings,
    ResponsesSettings,
    VerbatimsSettings,
)
from data_sources.settings.privacy import PrivacySettings
from data_sources.settings.section import Name, Words
from data_sources.settings.sources import SourceSettings
from data_sources.settings.store import StoreSettings
from metrics.catalog import Catalog

ROLES = (
    "responses", "verbatims", "journey_events", "customers", "benchmarks", "expectations", "outcomes", "events",
)  # fmt: skip
"""Every role a dataset can play, in the order of the doctor's table."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _known_zone(name: object) -> object:
    try:
        ZoneInfo(str(name))
    except (ValueError, OSError, LookupError) as error:
        raise ValueError("is not an IANA time zone such as “Europe/London”") from error
    return name


class Settings(BaseSettings):
    """A company as configured: cx.toml, with the environment (`CX_…`) over it. Made by `load_settings`."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, use_attribute_docstrings=True,
        str_strip_whitespace=True, env_prefix="CX_", env_nested_delimiter="__",
    )  # fmt: skip

    company: Words
    """The company's name, as the pages print it."""
    week_start: Annotated[
        Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
        BeforeValidator(lambda day: day.lower() if isinstance(day, str) else day),
    ] = "monday"
    """The first day of the company's week."""
    time_zone: Annotated[str, BeforeValidator(_known_zone)] = "UTC"
    """The company's IANA time zone. Times without a zone are taken to be in it, others are brought to it."""
    currency: str = ""
    """The sign before amounts."""
    pseudonym_key: SecretStr | None = None
    """Secret from which customers' pseudonyms are made. Only by the environment (CX_PSEUDONYM_KEY) or
    .streamlit/secrets.toml; without it, a random key is kept beside the cube."""
    audit_key: SecretStr | None = None
    """Secret by which the audit log is sealed. Only by the environment (CX_AUDIT_KEY) or .streamlit/secrets.toml;
    without it, a random key is kept in the store's folder, where whoever can write the log can read the key too."""
    sources: dict[Name, SourceSettings]
    """The databases and folders, by a name of your choice."""
    responses: ResponsesSettings
    """Survey answers: the one dataset that must be there."""
    verbatims: VerbatimsSettings | None = None
    """Comments that live apart from the responses."""
    journey_events: JourneyEventsSettings | None = None
    """What happened to customers."""
    customers: CustomersSettings | None = None
    """One row a customer."""
    benchmarks: BenchmarksSettings | None = None
    """What competitors reach."""
    expectations: ExpectationsSettings | None = None
    """What customers expect."""
    outcomes: OutcomesSettings | None = None
    """What customers did in the end."""
    events: EventsSettings | None = None
    """Declared events in a table."""
    event: tuple[EventSettings, ...] = ()
    """Declared events in the file."""
    metrics: Annotated[dict[Name, MetricSettings], Field(min_length=1)]
    """The KPIs, by id."""
    benchmark_metrics: dict[Name, BenchmarkMetricSettings] = Field(default_factory=dict)
    """Figures that only [benchmarks] hold, by id."""
    dimensions: dict[Name, AxisSettings] = Field(default_factory=dict)
    """Labels and order of dimensions; one that only [responses.dimensions] names needs no entry."""
    stages: OrderSettings = OrderSettings()
    """The stages of the journey, in order."""
    touchpoints: OrderSettings = OrderSettings()
    """The touchpoints, in order."""
    personas: dict[Name, PersonaSettings] = Field(default_factory=dict)
    """Named groups of customers."""
    thresholds: ThresholdSettings = ThresholdSettings()
    """When a number may be shown."""
    themes: dict[Words, tuple[Words, ...]] = Field(default_factory=dict)
    """Theme = words and phrases that put a comment under it; case does not count, `wait*` finds "waiting"."""
    cube: CubeSettings = CubeSettings()
    """The sums kept in memory."""
    store: StoreSettings = StoreSettings()
    """What the app itself keeps."""
    privacy: PrivacySettings = PrivacySettings()
    """What is not masked in comments."""
    access: AccessSettings = AccessSettings()
    """How people sign in."""
    roles: dict[Name, RoleSettings] = Field(default_factory=dict)
    """What roles may see and do, by id."""
    people: PeopleSettings | None = None
    """A table of who has which role."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  pydantic-settings calls this by keyword
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what it is given: `load_settings` reads file, secrets and environment itself, so that it can name
        the place of every problem."""
        return (init_settings,)

    def datasets(self) -> dict[str, DatasetSettings]:
        """The datasets that are configured, by role."""
        configured = {role: getattr(self, role) for role in ROLES}
        return {role: dataset for role, dataset in configured.items() if dataset is not None}

    def catalog(self) -> Catalog:
        """Everything configured that a page can name. Values that are not configured are empty: the data has them."""
        from data_sources.settings.catalog import catalog_of

        return catalog_of(self)

    def now(self) -> datetime:
        """The present in company time, without a zone, as the data's times are."""
        return datetime.now(ZoneInfo(self.time_zone)).replace(tzinfo=None)

    def cube_folder(self) -> Path:
        """Where the cube is kept between starts."""
        if self.cube.folder:
            return Path(self.cube.folder)
        cache = os.environ.get("XDG_CACHE_HOME")
        return (Path(cache) if cache else Path.home() / ".cache") / "customer-room" / "cube"

    def store_folder(self) -> Path:
        """Where the app keeps what it must keep itself: the audit log."""
        return Path(self.store.folder) if self.store.folder else self.cube_folder().parent / "store"
