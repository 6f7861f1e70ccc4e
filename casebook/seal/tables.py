"""The tables of the sealed store: one of ciphertexts, one of receipts. Keys are random and rows have no order."""

from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, MetaData, String, Table, UniqueConstraint

VERSION = 2  # 1: not every handle had a list of what lies under it

metadata = MetaData()

store = Table(
    "seal_store",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
)

# One ciphertext each: a field, a message, the description of a file, a piece of a file. `name` says which.
cells = Table(
    "seal_cells",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("handle", String(40), nullable=False),
    Column("name", String(80), nullable=False),
    Column("key_id", String(16), nullable=False, index=True),
    Column("nonce", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False),
    UniqueConstraint("handle", "name"),
    sqlite_with_rowid=False,
)

# What came in, by receipt; of the moment only the day.
inbox = Table(
    "seal_inbox",
    metadata,
    Column("handle", String(40), primary_key=True),
    Column("receipt", String(64), nullable=False, unique=True, comment="HMAC-SHA256, never the receipt"),
    Column("day", Date, nullable=False),
    Column("naming", String(20), nullable=False),
    Column("organ_code", String(50), nullable=False, index=True),
    Column("taken", Boolean, nullable=False, comment="into the main store"),
    Column("stub", Boolean, nullable=False, comment="sent up; nothing is held any more"),
    Column("seen", Integer, nullable=False, comment="how many of its messages the organ has seen"),
    sqlite_with_rowid=False,
)
