"""Shapes of areas as the office loads them, and the drawing of a published table upon them."""
