"""What others may ask the application for."""

from aiohttp import web

from services.collector.door import Door
from services.collector.identity import VisitorIdentity
from services.collector.intake import Intake
from services.collector.registry import SiteRegistry

DOOR = web.AppKey("door", Door)
INTAKE = web.AppKey("intake", Intake)
REGISTRY = web.AppKey("registry", SiteRegistry)
IDENTITY = web.AppKey("identity", VisitorIdentity)
