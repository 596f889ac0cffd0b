"""10,000 rows drawn at random, against a second program of the decision tables.

The second program is written here from the tables alone and shares nothing with the first: it
completes every unknown answer and reads the tables as they stand.
"""

import csv
import io
from random import Random

from shared.classification.case_files import (
    CHILD_LABOUR_RESULTS,
    classify_child_labour_file,
    classify_forced_labour_file,
)

ROWS = 10_000
HOURS = ("0", "0.5", "0.99", "1", "5", "13.9", "14", "20", "42.9", "43", "60", "U", "")
CHORES = ("0", "13", "20.9", "21", "22", "60", "U", "")


def number(cell):
    return None if cell in ("", "U") else float(cell)


def sna_of(age, hours, hazard, worst, activity):
    """Rules R0 to R8 for one age."""
    if age < 5 or age > 17:
        return "OUT_OF_SCOPE"
    if worst == "Y":
        return "WFCL_OTHER"
    if activity == "N" or (hours is not None and hours < 1):
        return "NOT_WORKING"
    if hazard == "Y" and ((hours or 0) >= 1 or (hours is None and activity == "Y")):
        return "HAZARDOUS"
    if hours is None:
        return "UNDETERMINED"
    if hours >= 43:
        return "HAZARDOUS"
    if age <= 11 or (age <= 14 and hours >= 14):
        return "BELOW_MIN_AGE"
    if hazard != "N":
        return "UNDETERMINED"
    return "LIGHT_WORK" if age <= 14 else "PERMITTED_WORK"


def child_labour_of(row):
    ages = range(5, 18) if row["age"] in ("", "U") else [int(row["age"])]
    hours, chores = number(row["hours_economic"]), number(row["hours_household"])
    hazard, worst = row["hazardous"] or "U", row["worst_form"] or "U"
    activity = row["any_economic"]
    sna, general, a, b = set(), set(), set(), set()
    for age in ages:
        one = sna_of(age, hours, hazard, worst, activity)
        sna.add(one)
        over = "N"
        if 5 <= age <= 14:
            over = "U" if chores is None else "Y" if chores >= 21 else "N"
        labour = one in ("WFCL_OTHER", "HAZARDOUS", "BELOW_MIN_AGE", "OUT_OF_SCOPE")
        general.add(
            one
            if labour or over == "N"
            else {"Y": "HAZ_HOUSEHOLD_SERVICES"}.get(over, "UNDETERMINED")
        )
        if not 5 <= age <= 17:
            a.add("NA")
            b.add("NA")
            continue
        limit = 1 if age <= 11 else 14 if age <= 14 else 43
        series = (
            "N" if activity == "N" else "U" if hours is None else "Y" if hours >= limit else "N"
        )
        a.add(series)
        b.add("Y" if "Y" in (series, over) else "U" if "U" in (series, over) else "N")
    mics = ("", "")
    if len(ages) == 1 and 5 <= ages[0] <= 17:
        limit = 1 if ages[0] <= 11 else 14 if ages[0] <= 14 else 43
        labour = activity in ("", "Y") and (hours or 0) >= limit
        labour = labour or (ages[0] <= 14 and (chores or 0) >= 21)
        mics = (str(int(labour)), str(int(labour or hazard == "Y")))

    def only(found, otherwise):
        return found.pop() if len(found) == 1 else otherwise

    return (
        only(a, "U"), only(b, "U"), only(sna, "UNDETERMINED"), only(general, "UNDETERMINED"), *mics,
    )  # fmt: skip


def test_ten_thousand_rows_of_child_labour_agree_with_a_second_program():
    random = Random(87)
    columns = (
        "age",
        "hours_economic",
        "hours_household",
        "hazardous",
        "worst_form",
        "any_economic",
    )
    rows = [
        {
            "id": f"r{place}",
            "age": random.choice([*map(str, range(21)), "U", ""]),
            "hours_economic": random.choice(HOURS),
            "hours_household": random.choice(CHORES),
            "hazardous": random.choice(("Y", "N", "U", "")),
            "worst_form": random.choice(("Y", "N", "N", "U", "")),
            "any_economic": random.choice(("", "", "Y", "N", "U")),
        }
        for place in range(ROWS)
    ]

    found = classify_child_labour_file(written(rows, columns))

    for row, one in zip(rows, found, strict=True):
        results = dict(zip(CHILD_LABOUR_RESULTS, one.results, strict=True))
        del results["deciding_rule"]
        assert tuple(results.values()) == child_labour_of(row), row


def all3(*words):
    return "N" if "N" in words else "U" if "U" in words else "Y"


def any3(*words):
    return "Y" if "Y" in words else "U" if "U" in words else "N"


def forced_labour_of(row):
    said = {name: cell or "U" for name, cell in row.items()}
    actor = row["actor"] or "U"
    act, means, purpose = said["tip_act"], said["tip_means"], said["tip_purpose"]
    unknown_age = row["age"] in ("", "U")
    age = None if unknown_age else int(row["age"])
    grown = all3(act, means, purpose)
    young = all3(act, purpose)
    tip = young if age is not None and age < 18 else grown
    if unknown_age:
        tip = "N" if "N" in (act, purpose) else grown if grown == "Y" else "U"
    if age is not None and age < 5:
        return "OUT_OF_SCOPE", tip
    if actor == "state" and said["c29_exception"] == "Y":
        return "NOT_FL", tip
    adult = all3(said["worked"], said["involuntary"], said["menace"])
    kind = (
        all3(act, said["tip_purpose_forced_labour"]) if "tip_purpose_forced_labour" in row else "N"
    )
    child = any3(
        said["worst_form_a_c"],
        all3(said["worked"], kind),
        all3(said["worked"], said["third_party_coercion"]),
        all3(said["worked"], said["parents_in_fl"]),
    )
    word = child if age is not None and age < 18 else adult
    if unknown_age:
        word = adult if adult == child else "U"
    if word != "Y":
        return {"N": "NOT_FL", "U": "UNDETERMINED"}[word], tip
    if actor == "state":
        return "FL_STATE", tip
    return "FL_CSE" if said["commercial_sexual"] == "Y" else "FL_PRIVATE", tip


FORCED = (
    *("age", "worked", "involuntary", "menace", "actor", "commercial_sexual", "c29_exception"),
    *("third_party_coercion", "parents_in_fl", "worst_form_a_c"),
    *("tip_act", "tip_means", "tip_purpose"),
)


def test_ten_thousand_rows_of_forced_labour_agree_with_a_second_program():
    for kind in ((), ("tip_purpose_forced_labour",)):
        random = Random(29)
        columns = (*FORCED, *kind)
        rows = []
        for place in range(ROWS // 2):
            row = {name: random.choice(("Y", "N", "N", "U", "")) for name in columns}
            row["worked"] = random.choice(("Y", "Y", "Y", "N", "U"))
            row["age"] = random.choice(("4", "5", "14", "17", "18", "40", "U", ""))
            row["actor"] = random.choice(("private", "state", "U", ""))
            rows.append({"id": f"r{place}", **row})

        found = classify_forced_labour_file(written(rows, columns))

        for row, one in zip(rows, found, strict=True):
            assert tuple(one.results[:2]) == forced_labour_of(row), row


def written(rows, columns):
    text = io.StringIO()
    writer = csv.DictWriter(text, ("id", *columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    text.seek(0)
    return text
