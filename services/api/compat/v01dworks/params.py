"""What may be asked by the short addresses. Unlike elsewhere, parameters that nobody knows are let pass."""

from typing import Annotated

from pydantic import ConfigDict, Field

from common.urls import MAX_PATH
from services.api.http.models import RequestModel

MAX_DAYS = 90


class SiteQuery(RequestModel):
    model_config = ConfigDict(extra="ignore")

    site_id: Annotated[str, Field(max_length=200)] = "default"
    """Name of a site."""


class PageQuery(SiteQuery):
    path: Annotated[str, Field(max_length=MAX_PATH)] = "/"
    """Exactly as it was viewed."""


class ForecastQuery(SiteQuery):
    days: Annotated[int, Field(ge=1, le=MAX_DAYS)] = 7
