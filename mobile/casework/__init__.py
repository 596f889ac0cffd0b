"""What an officer can do with visits and cases. Screens and scripts call this and nothing below it.

Every method that changes something has stored it durably (WAL, synchronous=FULL) before it
returns. All methods may be called from any thread.
"""

from mobile.casework.follow_up import Due
from mobile.casework.lists import LISTED_UNDER
from mobile.casework.use_cases import Casework
from mobile.casework.views import (
    AnswerResult,
    CaseRow,
    Counts,
    FinaliseResult,
    FollowUpCounts,
    FollowUpRow,
    FollowUpView,
    Interview,
    OnTheWay,
    PossibleDuplicate,
    QuestionView,
    Review,
    ReviewLine,
    SectionState,
    SectionView,
    WorkWeek,
)

__all__ = [
    "LISTED_UNDER",
    "AnswerResult",
    "CaseRow",
    "Casework",
    "Counts",
    "Due",
    "FinaliseResult",
    "FollowUpCounts",
    "FollowUpRow",
    "FollowUpView",
    "Interview",
    "OnTheWay",
    "PossibleDuplicate",
    "QuestionView",
    "Review",
    "ReviewLine",
    "SectionState",
    "SectionView",
    "WorkWeek",
]
