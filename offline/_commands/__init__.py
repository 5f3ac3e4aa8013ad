"""Commands whose names the standard library has too: found as `offline.NAME`, out of the way of scripts run by path."""
