"""Complaints from the desk to the answer. The words of authors and who they are lie in casebook.seal, not here."""
