"""The catalogue of measures: what an answer may mean to a rule.

A question names at most one measure in its column ``bind::tally:measure``; several questions may
name the same one (every kind of work carries ``work.activity``). The rules read answers through
measures only, so a country may rename or add questions without touching a rule. The
questionnaire loader refuses a measure that is not listed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MEASURES: Mapping[str, str] = MappingProxyType(
    {
        # Who
        "age.completed_years": "Completed years at the visit, from the date of birth.",
        "age.stated": "Age in completed years as stated, when the date of birth is not known.",
        "age.band": (
            "Estimated age band. A code is 'A_B' (both ends included), 'under_A', 'A_plus', "
            "'child' (5 to 17), 'adult' (18 or more) or 'unknown'."
        ),
        "sex": "male, female or unknown.",
        # Work inside the production boundary of the System of National Accounts
        "work.activity": "Yes or no: one kind of economic activity in the reference week.",
        "work.unpaid": (
            "Yes or no: work without pay for somebody outside the household, whatever for: a debt, "
            "training, a teacher or religious leader, the authorities, a landlord, food or lodging."
        ),
        "work.own_use": "Yes or no: goods made, built, gathered or caught for the own household.",
        "work.absent": "Yes or no: has a job, and was away from it in the reference week.",
        "work.household": (
            "Yes or no: housework or care, asked of an adult without other work: work of the "
            "general production boundary."
        ),
        "work.hours": "Hours in the reference week, all economic activities together.",
        "work.hazards": "Hazards met at work: several codes, 'none' or 'unknown'.",
        "work.night": "Yes or no: works in the night window of the country profile.",
        "work.night_often": (
            "How often: 'rarely' (not every month), 'monthly' or 'weekly' and more often."
        ),
        "work.injured": "Yes or no: hurt or ill from the work in the last 12 months.",
        "work.abuse": "Abuse met at work: yes or no, or several codes, 'none' or 'unknown'.",
        "work.confined": "Yes or no: not free to leave the employer's premises.",
        "work.industry": "Main activity of the place of work, ISIC division.",
        "work.occupation": "Occupation, ISCO-08 minor group.",
        "work.age_at_start": "Completed years at which the person began to work.",
        "work.status": "Status in employment, ICSE-18.",
        "work.employer": "For whom the person mainly works: codes of the choices employers.",
        "work.pay": "How the work is paid: one code; 'debt' where it is set off against a debt.",
        "work.hours_longest_day": "Economic hours of the longest day in the reference week.",
        "work.legal_conditions": (
            "Conditions of national law the work meets: codes of CONDITIONS (shared/profiles), "
            "'none' or 'unknown'."
        ),
        "work.last_year": (
            "Yes or no: any economic activity in the last 12 months, when there was none in the "
            "reference week."
        ),
        "work.months": "Months worked in the last 12 months.",
        "work.with_parents": "Yes or no: works with or for the own parents.",
        # Household services and own-use goods
        "water_firewood.any": "Yes or no: fetched water or firewood in the reference week.",
        "water_firewood.hours": "Hours in the reference week fetching water or firewood.",
        "chores.any": "Household services done: several codes, 'none' or 'unknown'.",
        "chores.hours": "Hours in the reference week of household services.",
        "water_firewood.hazards": (
            "Hazards met in fetching water and firewood: several codes, 'none' or 'unknown'."
        ),
        "chores.for": (
            "Whose household the chores, water and firewood are for: 'own', 'other' or 'both'. "
            "For another household they are economic activity."
        ),
        "chores.hours_other": "Of these hours, those for another household.",
        "household.hazards": (
            "Hazards met in household services, asked of everybody who does any: not answered is "
            "unknown."
        ),
        "lodging": "Where the person sleeps; 'employer' is at the employer's or workplace.",
        "chores.hazards": (
            "Hazards met in household services: several codes, 'none' or 'unknown'. "
            "Not asked is not assessed and does not block a class."
        ),
        # Schooling
        "school.attending": "Yes or no: attends school now.",
        "school.affected": "Yes or no: work makes the child miss school or fall behind.",
        "school.level": "Highest level of education, ISCED 2011.",
        # Worst forms other than hazardous work, C182 (1999) art. 3
        "officer.signs": (
            "What the officer has seen or heard of, in the officer's own judgement: several codes; "
            "'none' answers the questions on worst forms and acts of trafficking."
        ),
        "worst.slavery": "Yes or no: C182 art. 3(a), slavery and similar practices.",
        "worst.slavery_form": "Which practice of art. 3(a): codes, among them armed_conflict.",
        "worst.sexual": "Yes or no: C182 art. 3(b), prostitution or pornography.",
        "worst.illicit": "Yes or no: C182 art. 3(c), illicit activities.",
        # Forced labour, ICLS/20/2018/Guidelines
        "forced.involuntary": "Signs of involuntary work: several codes, 'none' or 'unknown'.",
        "forced.menace": "Signs of menace of a penalty: several codes, 'none' or 'unknown'.",
        "forced.stage": "When the coercion happened: recruitment, during work, leaving.",
        "forced.who_applies": "Who applies the pressure: codes of the list who_applies.",
        "forced.third_party": (
            "Yes or no: somebody other than the parents applies threat or menace to the child "
            "or to the parents."
        ),
        "forced.parents": "Yes or no: a parent is in forced labour.",
        "forced.commercial_sexual": "Yes or no: commercial sexual exploitation.",
        "forced.exception": (
            "Documented exception of C29 art. 2(2): yes or no, or the code of the exception."
        ),
        "forced.free_to_leave": (
            "Yes or no: could leave the work without losing what is owed. Low pay and withheld pay "
            "alone make both elements of forced labour only where this is a no."
        ),
        "forced.ongoing": "Yes or no: still in the situation on the day of the visit.",
        "forced.ended_months": "Months since it ended.",
        "forced.debt_band": "Debt that is left, in a band of monthly wages.",
        "forced.wages_due": "Pay that is owed to the person, in a band of monthly wages.",
        "forced.recruitment_fees": (
            "Recruitment fees and related costs the person bore, in a band of monthly wages (ILO "
            "definition of 2019)."
        ),
        "forced.recruiter_relation": "Relation of the recruiter to the person (HTCDS).",
        "forced.recruitment_method": "Method of recruitment (HTCDS).",
        "forced.debt": "Yes or no: bound by a debt or an advance.",
        "forced.documents": "Yes or no: identity documents are withheld.",
        "forced.indicators": "Screening by the ILO's 11 indicators: several codes.",
        # Trafficking, Palermo Protocol art. 3
        "trafficking.act": "Recruited, moved, harboured or received: yes or no, or codes.",
        "trafficking.means": "Means used to obtain consent: yes or no, or codes.",
        "trafficking.purpose": "Purpose of exploitation: yes or no, or codes.",
        # The visit
        "visit.date": "Date of the visit; the month in the statistical part.",
        "visit.reason": "How the visit came about.",
        "visit.area": "Where the visit took place, code of the list areas.",
        "visit.activity": "Activity of the workplace visited, ISIC division.",
        "visit.setting": "Kind of place and setting of the visit.",
        "visit.urban_rural": "urban or rural.",
        "visit.outcomes": "What the visit led to: several codes (C81 articles 20 and 21).",
        "visit.violations": "Provisions found broken: several codes.",
        "visit.fine": "Fine imposed, in a band of monthly minimum wages.",
        "visit.removed": "Number of persons taken out of the work.",
        "visit.deadline": "Month by which what was found must be put right.",
        "visit.revisit": "Month of the next visit to the place.",
        "visit.wages_recovered": "Wages recovered, in a band of monthly minimum wages.",
        "visit.fees_recovered": "Recruitment fees paid back, in a band of monthly minimum wages.",
        "visit.workers": "Number of workers seen.",
        "visit.nobody_found": "Yes or no: nobody in need of recording was found.",
        # The interview
        "interview.form": "'full', or 'short' for places where there are minutes only.",
        "interview.who_answered": "self, parent, other_adult, interpreter or observation.",
        "consent.linkage": (
            "Yes or no: agrees that records of several organisations are linked by codes. Without "
            "a yes no codes are made."
        ),
        "case.settings": "Settings of the Alliance's action groups the case belongs to: codes.",
        "disability.seeing": "Washington Group short set: difficulty seeing.",
        "disability.hearing": "Washington Group short set: difficulty hearing.",
        "disability.walking": "Washington Group short set: difficulty walking.",
        "disability.remembering": "Washington Group short set: difficulty remembering.",
        "disability.self_care": "Washington Group short set: difficulty with self-care.",
        "disability.communicating": "Washington Group short set: difficulty communicating.",
        "report.state": "Whether a report the law asks for is not required, due or made.",
        "report.deadline": "Day by which the report must be made; stays on the tablet.",
        "report.made": "Month in which the report was made.",
        # Follow-up
        "danger": "Yes or no: the person is in immediate danger.",
        "danger.kind": "What the danger is: several codes.",
        "referral.to": "Services the person was referred to: codes of the list referrals.",
        "referral.result": "What became of the referral.",
        "source_lists": "Organisations that already know this case: codes of source_lists.",
        "migration.status": "Migration status of the person.",
        "migration.with": "With whom the person came; 'recruiter' is an agent or employer.",
        "citizenship": "Citizenship, ISO 3166-1 alpha-3.",
        # Identity: read on the tablet only, for linkage codes
        "identity.given_name": "Given name; never leaves the tablet.",
        "identity.family_name": "Family name; never leaves the tablet.",
        "identity.parent_given_name": "Given name of a parent; never leaves the tablet.",
        "identity.birth_date": "Date of birth; never leaves the tablet.",
        "identity.area": "Home area of the person.",
    }
)
