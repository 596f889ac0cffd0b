"""Reference data the office published: fetched by part, checked, taken into use in one step.

Owns which edition is in use on this tablet. Knows no screen and no case; which questionnaires are
still needed is told from outside.

    keeping     what is in the store: parts, pieces of parts, the edition in use
    fetching    one part after another over a link, going on where the last try ended
    apart       recordings and pictures an office added: chosen, fetched apart, kept
    edition     the use case: when to fetch, checks, the switch, the file on a stick
"""

from mobile.editions.apart import Apart, Offered
from mobile.editions.edition import CameWith, Editions, News
from mobile.editions.refusals import (
    EditionDoesNotLoad,
    EditionNotNewer,
    EditionRefused,
    EditionUnreadable,
    NoEdition,
    NotOurEdition,
)

__all__ = [
    "Apart",
    "CameWith",
    "EditionDoesNotLoad",
    "EditionNotNewer",
    "EditionRefused",
    "EditionUnreadable",
    "Editions",
    "News",
    "NoEdition",
    "NotOurEdition",
    "Offered",
]
