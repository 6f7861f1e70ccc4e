"""The guards that live in the database: rows that are kept for good refuse to be changed or removed.

On SQLite a migration that rebuilds one of these tables drops its triggers and must call `refuse_changes` again;
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


def trigger_statements(dialect: str, table: str) -> dict[str, str]:
    """The statement that makes each trigger of a table, by the trigger's name."""
    template, actions = _DIALECTS[dialect]
    return {
        f"{table}_refuse_{action}": template.format(
            name=f"{table}_refuse_{action}", table=table, action=action.upper(), each=each
        )
        for action, each in actions.items()
    }


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
