"""Finding precedents and one's own cases by their words, with the same answers on both databases."""
