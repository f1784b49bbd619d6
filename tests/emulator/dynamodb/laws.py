"""How the property-based tests run: no clock decides their outcome, nothing is left in the checkout."""

from hypothesis import HealthCheck, settings

law = settings(max_examples=50, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
