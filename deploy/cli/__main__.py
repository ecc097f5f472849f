"""`python -m deploy.cli`: what ./shop hands over to."""

import sys

from deploy.cli.main import main

sys.exit(main(sys.argv[1:]))
