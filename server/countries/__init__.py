"""A folder for a country that does not come with Tally87, begun from what an office has at hand.

Pure but for reading the files that are handed in; no database, no case.
"""

from server.countries.areas import AreaRow, read_areas, standing_areas, unread_columns
from server.countries.beginning import (
    Beginning,
    NumberedRows,
    areas_file,
    begin_country,
    refuse_unpublishable,
    with_more_areas,
)
from server.countries.checking import folder_faults
from server.countries.faults import Fault
from server.countries.files import encoding_of, rows_of
from server.countries.problems import CountryProblem
from server.countries.questions import question_problems
from server.countries.seats import read_seats, with_seats

__all__ = [
    "AreaRow",
    "Beginning",
    "CountryProblem",
    "Fault",
    "NumberedRows",
    "areas_file",
    "begin_country",
    "encoding_of",
    "folder_faults",
    "question_problems",
    "read_areas",
    "read_seats",
    "refuse_unpublishable",
    "rows_of",
    "standing_areas",
    "unread_columns",
    "with_more_areas",
    "with_seats",
]
