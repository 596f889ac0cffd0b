"""What an invented country declares."""

from __future__ import annotations

from server.office import Office
from server.progress.entering import enter

INDICATORS = """code;name;theme;kind;measure;unit;proxy_for;baseline;baseline_period\
;baseline_source;table;cell;action_groups
RECORDED;Children recorded in light work;child_labour;outcome;recorded;children;;;;\
;CL-CLASS;child_labour=LIGHT_WORK;chains
HIDDEN;Children recorded in hazardous work;child_labour;outcome;recorded;children;;;;\
;CL-CLASS;child_labour=HAZARDOUS;
SHARE;Share of children in child labour;child_labour;outcome;prevalence;%;;10;2020\
;Labour force survey;;;chains
BUDGET;Money for inspection;all;budget;process;million;share of the budget;4;2020;Finance law;;;
"""
TARGETS = """indicator,deadline,value,source
SHARE,2025-12-31,5,National plan
SHARE,2030-12-31,0,National plan
BUDGET,2026-12-31,6,National plan
"""
VALUES = """indicator,period,value,organisation,source,on
SHARE,2025,7.5,Statistics office,Survey 2025,2026-11-01
SHARE,2027,1,Statistics office,A forecast,2026-11-01
BUDGET,2026-Q3,6.25,Ministry of labour,Finance law 2026,2026-10-01
"""
COMMITMENTS = """code,title,owner,cost,funded,currency,funded_by,due,state,source,action_groups
C1,Hire inspectors,Ministry of labour,1200000,300000.50,USD,Budget,2026-06-30,under_way,Roadmap,
C2,Ratify the protocol,Parliament,,,,,2027-06-30,planned,Roadmap,chains
"""
PILOTS = """code,title,place,period,lesson,source,action_groups
P1,School meals,Punjab,2025,Meals alone are not enough,Report of the project,
"""
STANDARDS = """instrument,article,topic,conforms,law,source,on
C138,Art. 2(3),Minimum age,no,Education Act,Ministry of justice,2026-05-01
"""
AVAILABILITY = """theme,data,year,representative,source
forced_labour,no nationally representative data,,no,Statistics office
"""
STUDIES = """code,title,organisation,period,theme,about,link,licence,on
S1,Children at brick kilns,An institute,2025,forced_labour,Interviews at 60 kilns,\
https://institute.example/kilns,CC BY 4.0,2026-02-03
"""
ALL = {
    "indicator": INDICATORS,
    "target": TARGETS,
    "value": VALUES,
    "commitment": COMMITMENTS,
    "pilot": PILOTS,
    "standard": STANDARDS,
    "availability": AVAILABILITY,
    "study": STUDIES,
}


def declare_all(office: Office) -> None:
    """Enters every kind."""
    for kind, content in ALL.items():
        enter(office, kind, content.encode(), "Statistics office")
