"""Property tests try the same cases each time: a green commit stays green. HYPOTHESIS_PROFILE=explore looks for new ones.

No test is timed: speed is measured by `make bench`.
"""

import os

from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", derandomize=False, max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
