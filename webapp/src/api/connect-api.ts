import { DefaultApolloClient } from "@vue/apollo-composable";
import { type Plugin, watch } from "vue";
import { signIns } from "../session.js";
import { TOLD_PREDICTIONS, ToldPredictions } from "../told-predictions.js";
import { createClient } from "./graphql-client.js";

/**
 * Connects the composables of an app with a server.
 * @param uri the address of its GraphQL endpoint
 */
export function connectApi(uri: string): Plugin {
  return {
    install: (app) => {
      const client = createClient(uri);
      app.provide(DefaultApolloClient, client);
      app.provide(TOLD_PREDICTIONS, new ToldPredictions());
      const askAgain = () => void client.refetchQueries({ include: "active" });
      // Whoever signs in sees what the server did not tell before.
      app.onUnmount(watch(signIns, askAgain));
    },
  };
}
