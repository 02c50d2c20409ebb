"""Switches scenarios of a sandbox on, and reads what was really carried out."""

from __future__ import annotations

from typing import Any

from tests.sandbox.client import Client


class Misbehaving(Client):
    """For a sandbox that nobody else uses: what is switched on meets its next call."""

    def switch_on(self, name: str, **how: Any) -> None:
        """Once, unless `how` says otherwise."""
        answer = self.post("/sandbox/scenarios", {"name": name, "times": 1} | how)
        assert answer.status_code == 201, answer.text

    def still_on(self) -> list[str]:
        return [order["name"] for order in self.get("/sandbox/scenarios")["active"]]

    def paid(self) -> list[str]:
        return [entry["action"] for entry in self.get("/sandbox/ledger")["entries"]]
