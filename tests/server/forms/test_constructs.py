"""What real forms use, converted: each construct keeps its meaning on the tablet."""

import pytest

from shared.questionnaire import Kind
from tests.server.forms.written_forms import Converted, form, workbook


@pytest.fixture
def converted(tmp_path):
    def make(survey, choices=(), header=("type", "name", "label"), **more):
        options = {key: more.pop(key) for key in ("most_turns",) if key in more}
        return Converted(form(tmp_path, survey, choices, header, **more), **options)

    return make


def test_questions_outside_groups_and_groups_in_groups_are_asked_when_all_around_them_hold(
    converted,
):
    made = converted(
        [
            ["select_one yn", "works", "Works?"],
            ["begin group", "Outer", "Outer", "${works} = 'yes'"],
            ["integer", "hours", "Hours?"],
            ["begin group", "inner", "Inner", "${hours} > 10"],
            ["text", "why", "Why?"],
            ["end group"],
            ["text", "after", "After?"],
            ["end group"],
            ["text", "last", "Last?"],
        ],
        header=("type", "name", "label", "relevant"),
    )

    assert made.asked(works="no") == ["works", "last"]
    assert made.asked(works="yes") == ["works", "hours", "after", "last"]
    assert made.asked(works="yes", hours=11) == ["works", "hours", "why", "after", "last"]
    assert made.asked(works="no", hours=11) == ["works", "last"]


def test_answers_stand_in_labels_under_the_new_names(converted):
    made = converted([["text", "First.Name", "Name?"], ["note", "n", "Hello ${First.Name}!"]])

    assert made["n"].label("en") == "Hello ${first_name}!"
    assert made.told("renamed: question First.Name to first_name")


def test_or_other_adds_a_choice_and_a_question_that_stays_on_the_tablet(converted):
    made = converted([["select_one yn or_other", "q", "Q?"]])

    assert made.offered("q") == ["yes", "no", "other"]
    assert made.asked(q="yes") == ["q"]
    assert made.asked(q="other") == ["q", "q_other"]
    assert made["q_other"].is_identity


def test_a_cascade_keeps_the_same_code_under_two_parents(tmp_path):
    path = workbook(
        tmp_path,
        survey=[
            ["type", "name", "label", "choice_filter", "relevant"],
            ["select_one state", "state", "State?", "", ""],
            ["select_one county", "county", "County?", "parent=${state}", ""],
            ["select_one city", "city", "City?", "parent = ${county}", "${county} = '1'"],
        ],
        choices=[
            ["list_name", "name", "label", "parent"],
            ["state", "a", "A", ""],
            ["state", "b", "B", ""],
            ["county", "1", "First of A", "a"],
            ["county", "2", "Second of A", "a"],
            ["county", "1", "First of B", "b"],
            ["city", "x", "X in 1", "1"],
            ["city", "y", "Y in 2", "2"],
        ],
    )
    made = Converted(path)

    assert made.offered("county", state="a") == ["1", "2"]
    assert made.offered("county", state="b") == ["1_b"]
    for code in ("1", "1_b"):
        assert made.asked(state="b", county=code) == ["state", "county", "city"]
        assert made.offered("city", state="b", county=code) == ["x"]
    assert made.asked(state="a", county="2") == ["state", "county"]
    assert made.told("renamed: code 1 to 1_b")


def test_a_range_is_a_number_with_its_ends_checked(converted):
    made = converted(
        [
            ["range", "r", "R?", "start=2 end=10 step=2"],
            ["range", "d", "D?", "start=0 end=1 step=0.1"],
        ],
        header=("type", "name", "label", "parameters"),
    )

    assert made["r"].kind is Kind.INTEGER
    assert made["d"].kind is Kind.DECIMAL
    assert made["r"].constraint.source == ". >= 2 and . <= 10 and (. - 2) mod 2 = 0"


def test_time_and_date_time_keep_the_day_and_a_clock_time_that_stays(converted):
    made = converted([["time", "t", "T?"], ["dateTime", "d", "D?"]])

    assert made["t"].kind is Kind.TEXT
    assert made["d"].kind is Kind.DATE
    assert made["d_time"].is_identity
    assert made.told("adapted: time t")
    assert made.told("adapted: dateTime d")


def test_a_rank_is_asked_place_by_place_and_joined_in_order(converted):
    made = converted(
        [["rank c", "r", "Rank?"]], choices=[["c", "a", "A"], ["c", "b", "B"], ["c", "d", "D"]]
    )

    assert made.asked() == ["r_1", "r_2", "r_3"]
    assert made.offered("r_2", r_1="b") == ["a", "d"]
    assert made.worked_out(r_1="b", r_2="d")["r"] == "b d"


def test_acknowledge_is_one_choice_and_barcode_a_text(converted):
    made = converted(
        [["acknowledge", "a", "Read it?"], ["trigger", "t", "T?"], ["barcode", "b", "B?"]]
    )

    assert made.offered("a") == made.offered("t") == ["OK"]
    assert made["b"].is_identity


def test_a_repeat_without_a_count_is_bounded_and_its_answers_are_proposed_to_stay(converted):
    made = converted(
        [
            ["begin repeat", "child", "Child", ""],
            ["integer", "years", "Years?", ""],
            ["calculate", "next", "", "${years} + position(..)"],
            ["end repeat"],
            ["calculate", "number", "", "count(${child})"],
            ["calculate", "together", "", "sum(${years})"],
            ["calculate", "second", "", "indexed-repeat(${years}, ${child}, 2)"],
        ],
        header=("type", "name", "label", "calculation"),
        most_turns=2,
    )

    answers = {"child_1": "yes", "years_1": 7, "child_2": "yes", "years_2": 9}
    assert made.asked() == ["child_1"]
    assert made.asked(child_1="yes") == ["child_1", "years_1", "child_2"]
    assert made.worked_out(**answers) == {
        "next_1": 8,
        "next_2": 11,
        "number": 2,
        "together": 16,
        "second": 9,
    }
    proposals = made.told("for years_1")
    assert proposals[0][1] == "proposed: identity for years_1"
    assert made.told("adapted: repeat child")


def test_a_repeat_with_a_count_is_asked_so_often(converted):
    made = converted(
        [
            ["integer", "n", "How many?", ""],
            ["begin repeat", "r", "R", "${n}"],
            ["text", "t", "T?", ""],
            ["end repeat"],
            ["begin repeat", "fixed", "F", "2"],
            ["text", "u", "U?", ""],
            ["end repeat"],
        ],
        header=("type", "name", "label", "repeat_count"),
        most_turns=3,
    )

    assert made.asked(n=2) == ["n", "t_1", "t_2", "u_1", "u_2"]
    assert made.asked(n=99) == ["n", "t_1", "t_2", "t_3", "u_1", "u_2"]
    assert made.told("adapted: repeat r")
    assert not made.told("adapted: repeat fixed")


def test_paths_mean_the_question_they_lead_to(converted):
    made = converted(
        [
            ["integer", "n", "N?", ""],
            ["text", "a", "A?", "../n > 3"],
            ["text", "b", "B?", "/data/n > 4"],
            ["text", "c", "C?", "number(/data/grp/n) > 5"],
        ],
        header=("type", "name", "label", "relevant"),
    )

    assert made.asked(n=5) == ["n", "a", "b"]


def test_choice_names_and_lists_beside_the_form_are_looked_up(tmp_path):
    (tmp_path / "fruits.csv").write_text("name_key,name,price\nm,mango,3\nk,kiwi,5\n")
    path = form(
        tmp_path,
        [
            ["select_one yn", "q", "Q?", ""],
            ["text", "f", "F?", ""],
            ["calculate", "words", "", "jr:choice-name(${q}, '${q}')"],
            ["calculate", "price", "", "pulldata('fruits', 'price', 'name', ${f})"],
            ["calculate", "again", "", "instance('fruits')/root/item[name = ${f}]/price"],
        ],
        header=("type", "name", "label", "calculation"),
    )

    assert Converted(path).worked_out(q="yes", f="kiwi") == {
        "words": "Yes",
        "price": "5",
        "again": "5",
    }


def test_what_xpath_converts_without_a_word_is_written_out(converted):
    made = converted(
        [
            ["select_one n", "q", "Q?", ""],
            ["text", "t", "T?", "${q} = 1"],
            ["text", "u", "U?", "${q} > 1"],
            ["text", "v", "V?", "${t}"],
            ["text", "w", "W?", "${t} > 5 and selected(${q}, 2)"],
        ],
        choices=[["n", "1", "One"], ["n", "2", "Two"]],
        header=("type", "name", "label", "relevant"),
    )

    assert made.asked(q="1") == ["q", "t"]
    assert made.asked(q="2") == ["q", "u"]
    assert made.asked(q="1", t="6") == ["q", "t", "v"]
    assert made["w"].relevant.source == "number(${t}) > 5 and selected(${q}, '2')"


def test_today_is_the_day_of_the_visit_except_where_the_answer_is_checked(converted):
    made = converted(
        [
            ["date", "born", "Born?", ". <= today()", ""],
            ["calculate", "years", "", "", "int((today() - ${born}) div 365.25)"],
            ["start", "start", "", "", ""],
            ["calculate", "begun", "", "", "${start}"],
        ],
        header=("type", "name", "label", "constraint", "calculation"),
    )

    assert made["born"].constraint.source == ". <= today()"
    assert made.worked_out(born="2016-01-02") == {"years": 10, "begun": "2026-03-02"}
    assert made.told("today() reads the date of the visit")


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("image", "picture"),
        ("audio", "voice"),
        ("video", "picture"),
        ("file", "attached"),
        ("deviceid", "refused"),
        ("phonenumber", "refused"),
        ("username", "refused"),
        ("start-geopoint", "exact place"),
        ("background-audio", "voice"),
        ("audit", "not recorded"),
    ],
)
def test_what_would_point_to_a_person_is_dropped_with_the_reason(converted, kind, why):
    made = converted([["text", "t", "T?"], [kind, "gone", "Gone?"], ["note", "n", "So ${gone}"]])

    assert "gone" not in made.questionnaire.questions
    assert [(row, why in reason) for row, _, reason in made.told(f"dropped: {kind} gone")] == [
        (3, True)
    ]
    assert made["n"].label("en") == "So …"


def test_a_geopoint_becomes_an_area(converted):
    made = converted([["geopoint", "where", "Where?"]])

    assert (made["where"].choice_list, made["where"].from_file) == ("areas", True)


def test_random_is_refused_and_the_rest_of_the_form_stays(converted):
    made = converted(
        [["calculate", "r", "", "once(random())"], ["text", "t", "T?", ""]],
        header=("type", "name", "label", "calculation"),
    )

    assert made.asked() == ["t"]
    assert "another result each time" in made.told("dropped: calculation of r")[0][2]


def test_without_english_the_first_language_stands_in(converted):
    made = converted(
        [["text", "t", "Wie heißt du?", "Comment t'appelles-tu ?"]],
        header=("type", "name", "label::Deutsch (de)", "label::Français (fr)"),
    )

    assert made["t"].labels["fr"] == "Comment t'appelles-tu ?"
    assert made["t"].label("en") == "Wie heißt du?"


def test_everything_stays_on_the_tablet_until_somebody_confirms_it(converted):
    made = converted(
        [
            ["integer", "hours", "Hours?"],
            ["select_one yn", "school", "At school?"],
            ["date", "birth_date", "Born?"],
        ]
    )

    assert all(q.is_identity for q in made.questionnaire.questions.values() if q.level == "case")
    proposed = {what for _, what, _ in made.told("proposed")}
    assert proposed == {
        "proposed: keep for hours",
        "proposed: keep for school",
        "proposed: coarsen:completed_years for birth_date",
    }


def test_tables_of_kobo_are_asked_row_by_row(converted):
    made = converted(
        [
            ["begin_score", "s", "S", "yn", "", ""],
            ["score__row", "s1", "First?", "", "", ""],
            ["end_score"],
            ["begin_rank", "r", "R", "", "c", ""],
            ["rank__level", "r1", "Best?", "", "", ""],
            ["end_rank"],
            ["begin_kobomatrix", "m", "M", "", "", "c"],
            ["integer", "many", "How many %(label)s?", "", "", ""],
            ["end_kobomatrix"],
        ],
        choices=[["c", "goat", "Goats"], ["c", "cow", "Cows"]],
        header=(
            *("type", "name", "label"),
            *("kobo--score-choices", "kobo--rank-items", "kobo--matrix_list"),
        ),
    )

    assert made.asked() == ["s1", "r1", "many_goat", "many_cow"]
    assert made.offered("s1") == ["yes", "no"]
    assert made.offered("r1") == ["goat", "cow"]
    assert made["many_cow"].label("en") == "How many Cows?"


def test_words_of_surveycto_are_known(converted):
    made = converted(
        [
            ["text audit", "ta", "", ""],
            ["caseid", "id", "", ""],
            ["calculate_here", "c", "", "1 + 1"],
            ["text", "t", "T?", ""],
        ],
        header=("type", "name", "label", "calculation"),
    )

    assert made.asked() == ["t"]
    assert made.worked_out() == {"c": 2}
    assert len(made.told("dropped: audit ta")) == len(made.told("dropped: caseid id")) == 1


def test_words_of_a_group_that_name_what_is_not_asked_show_three_dots(converted):
    made = converted(
        [
            ["begin group", "g", "About ${gone}", ""],
            ["text", "t", "T?", ""],
            ["end group"],
            ["calculate", "gone", "", "${gone} + 1"],
        ],
        header=("type", "name", "label", "calculation"),
    )

    assert made.questionnaire.sections[-1].label("en") == "About …"
    assert made.asked() == ["t"]


@pytest.mark.parametrize("kind", ["geopoint", "geotrace", "geoshape"])
def test_a_place_a_way_and_an_outline_become_an_area_of_the_list(converted, kind):
    made = converted([[kind, "where", "Where?"]])

    assert made["where"].from_file
    assert made["where"].choice_list == "areas"
    assert made.told(f"adapted: {kind} where")


def test_a_loop_over_a_list_with_a_code_twice_asks_it_once_and_says_so(converted):
    rows = [["begin loop over c", "l", ""], ["integer", "n", "%(label)s?"], ["end loop"]]
    made = converted(rows, [["c", "a", "A"], ["c", "b", "B"], ["c", "a", "Again"]])

    assert [name for name in made.questionnaire.questions if name.startswith("n_")] == [
        "n_a",
        "n_b",
    ]
    assert [row for row, _, _ in made.told("dropped: choice a")] == [6]
