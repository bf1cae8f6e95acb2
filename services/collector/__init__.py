"""The collector: receives beacons from browsers and makes them durable before it responds.

Only the collector sees raw IP addresses and cookies. It connects to Redis and to nothing else.
"""

from services.collector.lean_imports import skip_token_logins

skip_token_logins()
