from services.api.http.models import Output


class SiteMembers(Output):
    members: tuple[str, ...]
    """Usernames. The install's administrators see every site and need not be among them."""
