"""Whatever a form holds: it is converted to sheets that load, or refused with a sentence."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.forms.converting import convert_tables
from server.forms.report import written_report
from server.forms.types import WORDS
from server.forms.workbooks import SheetTable
from shared.errors import QuestionnaireError
from tests.server.forms.written_forms import loaded

NAMES = st.sampled_from(
    ["a", "b", "A b", "é", "case", "visit", "refused", "", "x" * 60, "1", "a.b"]
)
LISTS = st.sampled_from(["l", "L", "none", "yes_no", "é"])
TYPES = st.one_of(
    st.sampled_from([*WORDS, "begin_repeat", "end_repeat", "nonsense", ""]),
    st.builds(
        "{} {}{}".format,
        st.sampled_from(["select_one", "select_multiple", "rank"]),
        LISTS,
        st.sampled_from(["", " or_other"]),
    ),
    st.builds("begin loop over {}".format, LISTS),
)
CELLS = st.sampled_from(
    [
        *("", "", "yes", "${a} = 1", "${b}", "selected(${a}, 'x')", "count(${a})", "sum(${b}) > 3"),
        *(". > 3", "once(random())", "../a > 1", "jr:choice-name(${a}, '${a}')", "${nobody}", "(("),
        *(
            "position(..)",
            "indexed-repeat(${a}, ${b}, 2)",
            "today()",
            "pulldata('l','p','name',${a})",
        ),
        *("instance('l')/root/item[name = ${a}]/p", "p = ${a}", "3", "x y", "${a} and not(${b})"),
        *("if(${a}, ${b}, 'c')", "-${a} mod 2", "start=1 end=x", 'it\'s "both"', "=1+1"),
    ]
)
COLUMNS = (
    "relevant",
    "calculation",
    "constraint",
    "choice_filter",
    "required",
    "default",
    "repeat_count",
    "parameters",
    "label",
    "appearance",
)
ROWS = st.lists(st.tuples(TYPES, NAMES, *[CELLS for _ in COLUMNS]), min_size=1, max_size=14)
CODES = st.sampled_from(["x", "1", "x y", "refused", "unknown", "é", "x" * 50, ""])
CHOICES = st.lists(st.tuples(LISTS, CODES, st.sampled_from(["", "Label"]), CELLS), max_size=8)


def table(title, header, rows):
    filled = [list(header), *map(list, rows)]
    return SheetTable(title, [(n, cells) for n, cells in enumerate(filled, 1) if any(cells)])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS, CHOICES, st.integers(1, 3))
def test_any_form_is_converted_to_sheets_that_load_or_refused(rows, choices, turns):
    tables = [
        table("survey", ("type", "name", *COLUMNS), rows),
        table("choices", ("list_name", "name", "label", "p"), choices),
    ]
    try:
        made = convert_tables(tables, "form", whole=True, most_turns=turns)
    except QuestionnaireError as refusal:
        said = str(refusal)
        made = None
    if made is None:
        assert "no question" in said, said
        return
    known = loaded(made)
    assert known.questions
    own = [q for q in known.questions.values() if q.level == "case" and q.takes_answer]
    assert all(question.is_identity for question in own)
    assert written_report(made.lines).startswith("sheet,row,column,what,why\n")
