#!/usr/bin/env bash
# Deploys PARTS of STAGE from a folder of assemblies, one for each stage: .ci/deploy-release.sh FOLDER
set -euo pipefail
source "$(dirname "$0")/sign-in-to-aws.sh"
only=()
for part in $PARTS; do only+=(--only "$part"); done
npm run deploy -- --stage "$STAGE" --assembly "$1/$STAGE" --yes "${only[@]}"
