"""What can be wrong with the store.

StoreError
  x StoreDamaged    the file cannot be read as a whole; salvage saves what can be saved
  x StoreTooNew     written by a later version of this program
  x StoreInUse      another process has it open
  x StoreFull       no room left on the disk; nothing was changed
  x StoreLocked     the tablet was locked; unlock it and try again
"""

from __future__ import annotations

from mobile.sentences import Told
from shared.errors import StoreError


class StoreDamaged(Told, StoreError):
    """The store cannot be read, or something in it is missing or was changed."""

    text_id = "tablet.store_damaged"


class StoreTooNew(Told, StoreError):
    """The store was written by a later version. Nothing was changed."""

    text_id = "tablet.store_too_new"


class StoreInUse(Told, StoreError):
    """Another process has this tablet's folder open."""

    text_id = "tablet.store_in_use"


class StoreFull(Told, StoreError):
    """The disk is full. The last change was not made; everything before it is there."""

    text_id = "tablet.store_full"


class StoreLocked(Told, StoreError):
    """The tablet was locked meanwhile."""

    text_id = "tablet.store_locked"
