import { type ApolloLink, from, fromPromise, type Operation } from "@apollo/client/core/index.js";
import { setContext } from "@apollo/client/link/context/index.js";
import { type ErrorResponse, onError } from "@apollo/client/link/error/index.js";
import { toApiError } from "./api-error.js";
import { askToSignIn } from "./session.js";
import { canRenew, keyToCarry, renew } from "./session-renewal.js";

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
    if (key === null || !wasNotKnown(failed) || !canRenew(key)) return undefined;
    return fromPromise(renew(key)).flatMap(() => failed.forward(failed.operation));
  });
  const carry = setContext(async () => {
    const key = await keyToCarry();
    return { key, headers: key === null ? {} : { authorization: `Bearer ${key}` } };
  });
  return from([ask, tryAgain, carry]);
}

function wasNotKnown({ graphQLErrors = [], networkError = null }: ErrorResponse): boolean {
  return toApiError({ graphQLErrors, networkError }).code === "UNAUTHENTICATED";
}

function keyOf(operation: Operation): string | null {
  return operation.getContext().key;
}
