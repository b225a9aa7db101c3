"""The tables of statutory interest, read from `interest.toml` and checked: rates with sources."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import ROUND_CEILING, Decimal
from importlib.resources import files
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

JULY = 7

Half = Annotated[str, StringConstraints(pattern=r"^\d{4}H[12]$")]


class Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rate(Table):
    """Percent a year; `source` is a key of the table's sources."""

    percent: Decimal
    source: str


class Reference(Table):
    """A central bank's rate by half-year, such as `2026H1`."""

    name: str
    rates: dict[Half, Rate]


class Band(Table):
    """The fixed sum for a debt of `from_` or more, up to the next band."""

    from_: Decimal = Field(alias="from", ge=0)
    sum: Decimal = Field(gt=0)


class InterestLaw(Table):
    """What may be asked for a late payment between businesses; the file explains each field."""

    countries: tuple[str, ...] = Field(min_length=1)
    act: str = Field(min_length=1)
    margin: Decimal = Field(ge=0)
    method: Literal["at start", "by half-year", "at payment"]
    reference: str
    rounded: Literal["daily", "period"]
    round_up_to: Decimal | None = Field(default=None, gt=0)
    currency: str
    since: date
    sums: tuple[Band, ...] = Field(min_length=1)
    source: str = Field(min_length=1)
    unverified: str

    @model_validator(mode="after")
    def _check_bands(self) -> Self:
        starts = [band.from_ for band in self.sums]
        if starts[0] != 0 or starts != sorted(set(starts)):
            raise ValueError(f"{self.act}: the sums begin at 0 and go up")
        return self

    @property
    def citation(self) -> str:
        """The act and its source, as a reason shows them."""
        doubt = f"; {self.unverified}" if self.unverified else ""
        return f"{self.act} ({self.source}{doubt})"

    def percent(self, rate: Rate) -> Decimal:
        """Percent a year with the margin."""
        if self.round_up_to is None:
            return rate.percent + self.margin
        steps = (rate.percent / self.round_up_to).to_integral_value(ROUND_CEILING)
        return steps * self.round_up_to + self.margin

    def fixed_sum(self, debt: Decimal) -> Decimal:
        return next(band.sum for band in reversed(self.sums) if debt >= band.from_)


class InterestTables(Table):
    """All of one version of the file; every name that it uses is checked to be there."""

    version: date
    sources: dict[str, str]
    references: dict[str, Reference]
    laws: tuple[InterestLaw, ...]

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        for reference in self.references.values():
            for half, rate in reference.rates.items():
                if rate.source not in self.sources:
                    raise ValueError(f"{reference.name}, {half}: no source {rate.source!r}")
        for law in self.laws:
            if law.reference not in self.references:
                raise ValueError(f"{law.act}: no reference {law.reference!r}")
        countries = [country for law in self.laws for country in law.countries]
        if len(set(countries)) < len(countries):
            raise ValueError("two laws are for one country")
        return self

    def law_of(self, country: str) -> InterestLaw | None:
        return next((law for law in self.laws if country in law.countries), None)


def half_of(day: date) -> str:
    return f"{day.year}H{2 if day.month >= JULY else 1}"


TABLES = InterestTables.model_validate(
    tomllib.loads((files("dunning.fees") / "interest.toml").read_text("utf-8"))
)
