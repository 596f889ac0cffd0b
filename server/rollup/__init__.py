"""Editions of several countries side by side, added only where that is fair, signed anew."""
