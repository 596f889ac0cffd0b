"""What one country made, for another to start from: form, law, words, indicators and lessons."""
