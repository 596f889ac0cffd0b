"""A folder for a country that does not come with Tally87, begun from what an office has at hand.

Pure but for reading the files that are handed in; no database, no case.
"""

from server.countries.areas import AreaRow, read_areas
from server.countries.beginning import Beginning, begin_country
from server.countries.files import rows_of
from server.countries.problems import CountryProblem

__all__ = ["AreaRow", "Beginning", "CountryProblem", "begin_country", "read_areas", "rows_of"]
