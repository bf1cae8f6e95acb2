from services.api.http.models import Output


class SiteAdmins(Output):
    admins: tuple[str, ...]
    """Usernames. The install's administrators see every site and need not be among them."""
