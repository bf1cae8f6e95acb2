"""Streams that move from some Redis servers to others."""

from services.cli.streams.move import CannotMoveError, Moved, move_streams

__all__ = ["CannotMoveError", "Moved", "move_streams"]
