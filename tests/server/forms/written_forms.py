"""Small forms written in a test as workbooks, converted, loaded and answered."""

from openpyxl import Workbook

from server.forms import convert
from shared.places import FileInMemory
from shared.questionnaire import Level, calculated, questionnaire_of, visible_questions
from shared.questionnaire.flow import choices_for
from shared.questionnaire.loading import STANDARD
from shared.questionnaire.sheets import read_sheets

YES_NO = [["yn", "yes", "Yes"], ["yn", "no", "No"]]


def workbook(folder, name="form.xlsx", **sheets):
    """A workbook of these sheets, each a list of rows, header first."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = folder / name
    book.save(path)
    return path


def form(folder, survey, choices=(), header=("type", "name", "label"), **sheets):
    """A workbook with these rows; choices with list_name, name, label."""
    listed = [["list_name", "name", "label"], *YES_NO, *choices]
    return workbook(folder, survey=[list(header), *survey], choices=listed, **sheets)


def loaded(made, whole=True):
    """The questionnaire of a conversion, as a tablet loads it."""
    files = {f"form/{name}": text.encode() for name, text in made.files.items()}
    folder = FileInMemory(files) / "form"
    return questionnaire_of(read_sheets([folder] if whole else [STANDARD, folder]))


class Converted:
    """A form converted whole, and what a tablet makes of answers."""

    def __init__(self, path, **options):
        self.made = convert(path, whole=True, **options)
        self.questionnaire = loaded(self.made)

    def __getitem__(self, name):
        return self.questionnaire.questions[name]

    def asked(self, **answers):
        """Names of the case questions asked after these answers."""
        found = visible_questions(self.questionnaire, Level.CASE, answers, VISIT)
        return [question.name for question in found]

    def worked_out(self, **answers):
        """What the calculations give."""
        return calculated(self.questionnaire, Level.CASE, answers, VISIT)

    def offered(self, name, **answers):
        """The codes a question offers."""
        choices = choices_for(self.questionnaire, self[name], answers, VISIT)
        return [choice.code for choice in choices]

    def told(self, word):
        """(row, what, why) of the lines about something."""
        return [(line.row, line.what, line.why) for line in self.made.lines if word in line.what]


VISIT = {"visit_date": "2026-03-02"}
