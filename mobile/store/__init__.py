"""The tablet's store: one SQLite file of sealed rows. The only SQL on the tablet.

Owns transactions, sealing at rest and migrations. Must not know what a case is: it keeps named
contents in nine tables (docs/tablet-store.md).
"""

from mobile.store.errors import StoreDamaged, StoreFull, StoreInUse, StoreLocked, StoreTooNew
from mobile.store.salvage import (
    SalvageReport,
    end_salvage,
    escrow_copies,
    forget_damaged,
    must_be_whole,
    salvage,
)
from mobile.store.sealing import Sealer
from mobile.store.tables import FORMAT, Store

__all__ = [
    "FORMAT",
    "SalvageReport",
    "Sealer",
    "Store",
    "StoreDamaged",
    "StoreFull",
    "StoreInUse",
    "StoreLocked",
    "StoreTooNew",
    "end_salvage",
    "escrow_copies",
    "forget_damaged",
    "must_be_whole",
    "salvage",
]
