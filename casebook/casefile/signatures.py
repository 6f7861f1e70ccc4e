"""Who signed what: worked out from the rows and the events, so that it says nothing they do not."""

_SIGNED = {"decisions": "signed_by_id", "appeals": "decided_by_id"}


def signatures(rows: dict[str, list[dict]], log: list[dict]) -> list[dict]:
    """Each signed paper of decision with its signer, and every seal it got: number and kind of event, who, digest."""
    return [
        {
            "table": table,
            "id": row["id"],
            "signed_by": row[signer],
            "signed_at": row["signed_at"],
            "seals": [
                {"event": event["seq"], "kind": event["kind"], "by": event["by"], "sha256": digest}
                for event in log
                for named, row_id, digest in event["detail"].get("rows", ())
                if (named, row_id) == (table, row["id"])
            ],
        }
        for table, signer in _SIGNED.items()
        for row in rows[table]
        if row["signed_at"]
    ]
