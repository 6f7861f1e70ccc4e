"""The rules as everybody may read them: by instrument, by gate, by fact, by place, and one page a rule."""
