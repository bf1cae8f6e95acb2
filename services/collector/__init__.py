"""The collector: takes beacons from browsers and keeps them safe before it answers.

The last place that sees a raw IP address or a cookie. It knows Redis and nothing else.
"""

from services.collector.lean_imports import leave_out_token_logins

leave_out_token_logins()
