"""`python -m deploy.cli`: what ./shop hands over to."""

import os
import sys

from deploy.cli.main import main, understand

sys.exit((understand if "SHOP_ONLY_UNDERSTAND" in os.environ else main)(sys.argv[1:]))
