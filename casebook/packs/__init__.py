"""The site's own rule packs: from a draft to law here, by two people, and what is in force on a day."""
