"""What handlers may ask the application for."""

from aiohttp import web

from services.collector.client import ClientAddress
from services.collector.group_commit import GroupCommit
from services.collector.identity import VisitorIdentity
from services.collector.intake import Intake
from services.collector.metrics import CollectorMetrics
from services.collector.registry import SiteRegistry
from services.collector.tracker_script import TrackerScript

INTAKE = web.AppKey("intake", Intake)
CLIENT = web.AppKey("client", ClientAddress)
METRICS = web.AppKey("metrics", CollectorMetrics)
COMMITS = web.AppKey("commits", GroupCommit)
REGISTRY = web.AppKey("registry", SiteRegistry)
IDENTITY = web.AppKey("identity", VisitorIdentity)
TRACKER = web.AppKey("tracker", TrackerScript)
