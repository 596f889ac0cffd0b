"""The progress report on Target 8.7: what is declared, judged where that is fair, and signed."""
