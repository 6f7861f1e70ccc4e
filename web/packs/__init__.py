"""The rule packs of the site: written, looked at, approved, ended; and a case in which a proof fails, as a form."""
