#!/usr/bin/env bash
# Fetches a token from GitHub for the AWS SDK, which takes on AWS_ROLE_ARN with it; there is no key. A token is good for
# minutes, so every step that asks AWS begins with this: source .ci/sign-in-to-aws.sh
set -euo pipefail
: "${AWS_ROLE_ARN:?The variable AWS_ROLE of the environment on GitHub is not set. It is the output RoleArn of the stack Delivery.}"
: "${ACTIONS_ID_TOKEN_REQUEST_URL:?This runs in a job of GitHub that has the permission id-token: write.}"
export AWS_WEB_IDENTITY_TOKEN_FILE="${RUNNER_TEMP:?}/aws-token"
answer=$(curl --fail --silent --show-error -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \
  "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com")
(umask 077 && jq --raw-output --exit-status .value <<<"$answer" >"$AWS_WEB_IDENTITY_TOKEN_FILE")
