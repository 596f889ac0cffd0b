"""Where the Android package begins; on a computer use ``tally87-tablet``."""

from mobile.cli import main

if __name__ == "__main__":
    main()
