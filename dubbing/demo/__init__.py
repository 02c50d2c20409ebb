"""A believable studio to try the desk on; the command `demo_data` makes it and takes it away."""

from __future__ import annotations

from dubbing.demo.building import Outcome, build_demo, remove_demo

__all__ = ["Outcome", "build_demo", "remove_demo"]
