"""`python -m deploy.cli`: what ./shop hands over to."""

import os
import sys

from deploy.cli.main import main, understand

try:
    sys.exit((understand if "SHOP_ONLY_UNDERSTAND" in os.environ else main)(sys.argv[1:]))
except KeyboardInterrupt:  # before the command began
    sys.exit(130)
