#!/usr/bin/env bash
# tools/package.sh: a Debian package of the release build, in build/package.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/install-needs.sh build package
tools/build.sh release proviso
(cd build && cpack -G DEB -B package)
ls -l build/package/*.deb
