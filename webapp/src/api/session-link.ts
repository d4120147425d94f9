import { type ApolloLink, from, fromPromise, type Operation } from "@apollo/client/core/index.js";
import { setContext } from "@apollo/client/link/context/index.js";
import { type ErrorResponse, onError } from "@apollo/client/link/error/index.js";
import { ApiError, toApiError } from "../api-error.js";
import { t } from "../i18n.js";
import { askToSignIn } from "../session.js";
import { sessionOwner } from "../session-owner.js";
import { canRenew, keyToCarry, renew } from "../session-renewal.js";

/**
 * Requests carry what whoever is signed in is known by. What the server refuses for it is sent once more with newer
 * tokens, where there are any; else the person is asked to sign in.
 */
export function carrySession(): ApolloLink {
  const ask = onError((failed) => {
    if (wasNotKnown(failed)) askToSignIn(keyOf(failed.operation));
  });
  const tryAgain = onError((failed) => {
    const key = keyOf(failed.operation);
    if (key === null || !wasNotKnown(failed) || !canRenew(key) || isOfAnother(ownerOf(failed.operation)))
      return undefined;
    return fromPromise(renew(key)).flatMap(() => failed.forward(failed.operation));
  });
  const carry = setContext(async () => {
    const owner = sessionOwner.value;
    const key = await keyToCarry();
    // Tokens may take long to come, and somebody else may have signed in meanwhile.
    if (isOfAnother(owner)) throw new ApiError("UNAUTHENTICATED", t("errors.unknownSender"));
    return { key, owner, headers: key === null ? {} : { authorization: `Bearer ${key}` } };
  });
  return from([ask, tryAgain, carry]);
}

function wasNotKnown({ graphQLErrors = [], networkError = null }: ErrorResponse): boolean {
  return toApiError({ graphQLErrors, networkError }).code === "UNAUTHENTICATED";
}

/** What one person began must not go out under the name of another. @param owner who was signed in when it began */
function isOfAnother(owner: string | null): boolean {
  return owner !== null && owner !== sessionOwner.value;
}

function ownerOf(operation: Operation): string | null {
  return operation.getContext().owner;
}

function keyOf(operation: Operation): string | null {
  return operation.getContext().key;
}
