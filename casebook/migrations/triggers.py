"""The guards that live in the database: rows that are kept for good refuse to be changed or removed.

On SQLite a migration that rebuilds one of these tables drops its triggers and must call `refuse_changes` (or
`refuse_rewriting_law`) again;
a test looks for them at the head.
"""

from sqlalchemy import Connection, text

GENESIS = "0" * 64


def create_head(connection: Connection) -> None:
    """The one row that says how long the chain of events is; a fresh chain is empty."""
    connection.execute(
        text("INSERT INTO chain_head (id, count, hash) VALUES (1, 0, :genesis)"), {"genesis": GENESIS}
    )


def refuse_changes(connection: Connection, *tables: str) -> None:
    """Refuse UPDATE and DELETE (and on PostgreSQL TRUNCATE) on these tables."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(_POSTGRESQL_FUNCTION))
    for table in tables:
        for statement in trigger_statements(connection.dialect.name, table).values():
            connection.execute(text(statement))


def refuse_rewriting_law(connection: Connection) -> None:
    """Refuse to change or remove an approved version of a pack: only its last day may be set, and once."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(_POSTGRESQL_FUNCTION))
    for statement in law_statements(connection.dialect.name).values():
        connection.execute(text(statement))


def law_statements(dialect: str) -> dict[str, str]:
    """The statement that makes each guard of law on `pack_versions`, by the trigger's name."""
    approved = "OLD.life = 'approved'"
    guards = {
        "pack_versions_refuse_rewriting": (f"UPDATE OF {_LAW}", approved),
        "pack_versions_refuse_another_end": (f"UPDATE OF {_END}", f"{approved} AND OLD.to_on IS NOT NULL"),
        "pack_versions_refuse_unproposed": (
            "UPDATE OF life",
            "NEW.life = 'approved' AND OLD.life NOT IN ('approved', 'proposed')",
        ),
        "pack_versions_refuse_delete": ("DELETE", approved),
    }
    if dialect == "sqlite":  # where a row can be inserted over another, and nothing is said to be deleted
        guards["pack_versions_refuse_replacing"] = (
            "INSERT",
            (
                "EXISTS (SELECT 1 FROM pack_versions AS old WHERE old.life = 'approved' AND "
                "(old.id = NEW.id OR (old.name = NEW.name AND old.number = NEW.number)))"
            ),
        )
    template = _LAW_SQLITE if dialect == "sqlite" else _LAW_POSTGRESQL
    return {
        name: template.format(name=name, action=action, when=when) for name, (action, when) in guards.items()
    }


def trigger_statements(dialect: str, table: str) -> dict[str, str]:
    """The statement that makes each trigger of a table, by the trigger's name."""
    template, actions = _DIALECTS[dialect]
    return {
        f"{table}_refuse_{action}": template.format(
            name=f"{table}_refuse_{action}", table=table, action=action.upper(), each=each
        )
        for action, each in actions.items()
    }


_END = "to_on, ended_by_id, ended_at, end_reason"
_LAW = (
    "name, number, organisation_id, life, text, digest, proposed_from, from_on, by_id, proposed_by_id, "
    "answered_by_id, answered_at, answer_words, reason, back_to_id"
)
_LAW_SQLITE = (
    "CREATE TRIGGER {name} BEFORE {action} ON pack_versions FOR EACH ROW WHEN {when} "
    "BEGIN SELECT RAISE(ABORT, 'what is law here is never edited'); END"
)
_LAW_POSTGRESQL = (
    "CREATE TRIGGER {name} BEFORE {action} ON pack_versions FOR EACH ROW WHEN ({when}) "
    "EXECUTE FUNCTION casebook_refuse()"
)
_SQLITE = (
    "CREATE TRIGGER {name} BEFORE {action} ON {table} "
    "BEGIN SELECT RAISE(ABORT, 'rows of {table} are kept for good'); END"
)
_POSTGRESQL = (
    "CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH {each} EXECUTE FUNCTION casebook_refuse()"
)
_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION casebook_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are kept for good', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
_DIALECTS = {
    "sqlite": (_SQLITE, {"update": "ROW", "delete": "ROW"}),
    "postgresql": (_POSTGRESQL, {"update": "ROW", "delete": "ROW", "truncate": "STATEMENT"}),
}
