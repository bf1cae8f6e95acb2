"""Enrichment: small steps that turn a beacon into an event, or drop it with a reason."""

from services.worker.enrich.channel import Channel
from services.worker.enrich.event import Drop, Event
from services.worker.enrich.geo import GeoDatabase, GeoLookup, NullGeo, Place, open_geo
from services.worker.enrich.pipeline import STEPS, Pipeline

__all__ = [
    "STEPS",
    "Channel",
    "Drop",
    "Event",
    "GeoDatabase",
    "GeoLookup",
    "NullGeo",
    "Pipeline",
    "Place",
    "open_geo",
]
