"""Forms other people wrote: an XLSForm read whole, converted to question sheets, each change told.

Pure but for reading the file: a workbook in, sheets and a report out. Knows no database and no
case; what a right questionnaire is, shared.questionnaire says.
"""

from server.forms.confirming import confirm
from server.forms.converting import Conversion, convert
from server.forms.report import ReportLine, grouped, written_report
from server.forms.workbooks import read_form

__all__ = [
    "Conversion",
    "ReportLine",
    "confirm",
    "convert",
    "grouped",
    "read_form",
    "written_report",
]
