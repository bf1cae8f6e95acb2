"""Write the API's OpenAPI document to standard output: ``python -m services.api.openapi``.

Needs neither settings nor a database.
"""

import json
import sys

from services.api.app import ENDPOINTS
from services.api.openapi.routes import document_of

if __name__ == "__main__":
    json.dump(document_of(ENDPOINTS).root, sys.stdout, indent=2)
