from services.api.http.models import ResponseModel


class SiteMembers(ResponseModel):
    members: tuple[str, ...]
    """Usernames. The install's administrators see every site and need not be among them."""
