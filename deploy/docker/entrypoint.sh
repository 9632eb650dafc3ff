#!/bin/sh
# The packages are a part of the image, and a volume may lie over the data directory: this makes them be seen there.
set -eu
[ -e "$CODENODE_DATA_DIR/packages" ] || ln -s /opt/codenode/data/packages "$CODENODE_DATA_DIR/packages"
exec "$@"
