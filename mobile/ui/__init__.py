"""What an officer sees and touches. The only place with Kivy: without it a tablet remains that a
script can drive. It knows the use cases and nothing below them.
"""
