import { createApp } from "vue";
import App from "./App.vue";
import { connectApi } from "./api.js";
import "./styles.css";

createApp(App).use(connectApi("/graphql")).mount("#app");
