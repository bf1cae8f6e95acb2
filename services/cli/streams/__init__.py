"""Moving beacon streams between Redis servers, when the servers of an install change."""

from services.cli.streams.move import MovedShard, MoveStreamsError, move_streams

__all__ = ["MoveStreamsError", "MovedShard", "move_streams"]
