"""What stands beside the editions: commitments and targets, made up and saying so, as a progress
report that readers see; and an estimate of whom nobody recorded, asked for inside the office."""

from __future__ import annotations

from demo.office import APPROVER, DemoOffice
from demo.telling import Teller
from server.db.engine import reading
from server.progress import showing
from server.progress.entering import enter
from server.progress.report import make
from server.releases.declaration import DeclarationRefused
from server.releases.register_rows import periods_there
from server.workshop import estimate_trials

ACTOR = "demonstration"
MADE_UP = "Made up for the demonstration"
ENTRIES = {
    "indicator": f"""code,name,theme,kind,measure,unit,proxy_for,baseline,baseline_period,\
baseline_source,table,cell,action_groups
INSPECTORS,Inspectors for each million workers (made up),all,budget,process,inspectors,,12,2012,\
{MADE_UP},,,
SHARE,Share of children in child labour (made up),child_labour,outcome,prevalence,%,,11,2012,\
{MADE_UP},,,
""",
    "target": f"""indicator,deadline,value,source
INSPECTORS,2016-12-31,20,{MADE_UP}
SHARE,2020-12-31,5,{MADE_UP}
""",
    "value": f"""indicator,period,value,organisation,source,on
INSPECTORS,2014,15,Ministry of labour (made up),{MADE_UP},2014-12-31
SHARE,2014,9,Statistics office (made up),{MADE_UP},2014-12-31
""",
    "commitment": f"""code,title,owner,cost,funded,currency,funded_by,due,state,source,action_groups
KILNS,Visit every brick kiln once a year (made up),Labour inspectorate (made up),400000,150000,\
USD,Budget (made up),2016-12-31,under_way,{MADE_UP},
SCHOOLS,A school place for every child found at work (made up),Ministry of education (made up),\
900000,900000,USD,Budget (made up),2015-06-30,done,{MADE_UP},
""",
}
"""By kind, in the order in which one names the other."""


def promise_and_estimate(teller: Teller, office: DemoOffice) -> None:
    """Enters what is made up, shows it as a report, and asks for an estimate. A second run with the
    same data has it already."""
    teller.heading("9  What was promised, and whom nobody recorded")
    if showing.newest_shown(office.office) is not None:
        teller.line("The progress report of an earlier run stands as it was shown.")
        return
    for kind, content in ENTRIES.items():
        enter(office.office, kind, content.encode(), ACTOR)
    with reading(office.office.engine) as connection:
        years = [one for one in periods_there(connection) if len(one) == len("2014")]
    period = max(years)
    report = make(office.office, period, by=ACTOR)
    showing.show(office.office, report.number, ACTOR)
    teller.line(
        f"Two commitments, two indicators and their targets, all made up, stand in the report of "
        f"{period} on {office.url}/trends."
    )
    try:
        number = estimate_trials.ask(office.office, APPROVER, period, "child_labour")
    except DeclarationRefused as refused:
        teller.line(f"No estimate was asked for: {refused}")
        return
    teller.line(
        f"An estimate of children in child labour whom no list recorded is worked out inside the "
        f"office, or the reasons against one are: {office.url}/estimates/{number}"
    )
