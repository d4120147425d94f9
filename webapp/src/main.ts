import { createApp } from "vue";
import App from "./App.vue";
import { connectApi } from "./api/connect-api.js";
import { connectOutbox } from "./composables/useOutbox.js";
import { makeFormats, speakPreferred } from "./i18n.js";
import { nextIdleTime } from "./next-task.js";
import { createPageRouter, fetchPages } from "./router.js";
import { finishSignIn } from "./sign-in.js";
import "./styles.css";

// No await at the top level: pages import from this bundle, and would wait for it while it waits for them.
void start();

async function start(): Promise<void> {
  // Before anything asks the server, and before the address is read.
  await finishSignIn();
  const router = createPageRouter();
  const app = createApp(App).use(router).use(connectApi("/graphql")).use(connectOutbox());
  // The first picture already shows the right page in the right language, or says that the page could not be fetched.
  await Promise.allSettled([speakPreferred(), router.isReady()]);
  app.mount("#app");
  await nextIdleTime();
  await makeFormats();
  await fetchPages();
}
