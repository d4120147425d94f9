#!/usr/bin/env bash
# Deploys PARTS of STAGE from the last release of WORKFLOW on BRANCH that succeeded. It always fails, because the release
# that it takes back did.
set -euo pipefail
before=$(gh run list --workflow "$WORKFLOW" --branch "$BRANCH" --status success --limit 1 --json databaseId --jq '.[0].databaseId // empty')
if [ -z "$before" ]; then
  echo "::error::$STAGE is as the failed release left it: no release of \"$WORKFLOW\" has succeeded before, so there is none to go back to. CloudFormation has taken back what it could not deploy; for the rest see \"Rolling back\" in infra/README.md."
  exit 1
fi
if ! gh run download "$before" --name release --dir before; then
  echo "::error::$STAGE is as the failed release left it: the release before (run $before) is no longer kept. Deploy its commit by hand, see \"Rolling back\" in infra/README.md."
  exit 1
fi
tar -xzf before/release.tar.gz -C before
"$(dirname "$0")/deploy-release.sh" before/release
echo "::error::$STAGE was taken back to the release before (run $before), because this one failed."
exit 1
