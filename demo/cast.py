"""Who takes part in the demonstration, and how much they record."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

COUNTRY = "PAK"
SEED = 87
"""Every run tells the same story; only keys, ids and passwords differ."""
DRAWN_INTERVIEWS = 1431
"""As many as the survey has, when the survey is not at hand."""
SURVEY = Path("shared/data/microdata/mics5_punjab_2014_child_labour.csv")
"""Where the survey stands, from the folder that holds the project."""


@dataclass(frozen=True)
class CastOrganisation:
    """One organisation that records. source_list: its kind, a code of the source_lists list."""

    code: str
    name: str
    source_list: str
    tablets: int


ORGANISATIONS = (
    CastOrganisation("LI", "Simulated Labour Inspectorate, Punjab", "labour_inspectorate", 3),
    CastOrganisation("NGO-A", "Simulated NGO for working children", "ngo", 2),
    CastOrganisation("NGO-B", "Simulated NGO for bonded labourers", "ngo", 2),
)
TABLETS = tuple(
    (organisation, number)
    for organisation in ORGANISATIONS
    for number in range(1, organisation.tablets + 1)
)
"""Every tablet in the order of the plan: its organisation and its number there, from 1."""


def survey_beside_the_project() -> Path | None:
    """The survey file, when it stands beside the project."""
    path = Path(__file__).parents[2] / SURVEY
    return path if path.is_file() else None


@dataclass(frozen=True)
class Script:
    """What is recorded. survey: the file that is replayed, None for drawn interviews. visits: at
    most so many on each tablet, None for all. cheap_pins: PINs cost no time to try, for tests."""

    survey: Path | None = None
    visits: int | None = None
    cheap_pins: bool = False

    @property
    def origin(self) -> str:
        """Where the records come from, as every page says it."""
        return "replayed" if self.survey else "synthetic"

    def order(self, tablet: int, seed: int = SEED) -> dict[str, Any]:
        """What tablet number so-and-so (from 0) is told to record."""
        return {
            "tablet": tablet,
            "tablets": [organisation.tablets for organisation in ORGANISATIONS],
            "seed": seed,
            "at_most": self.visits,
            **({"replay": str(self.survey)} if self.survey else {"drawn": DRAWN_INTERVIEWS}),
        }
