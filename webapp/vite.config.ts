import tailwindcss from "@tailwindcss/vite";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

/** Where the api listens while the page is developed with `vite`. */
const API = "http://127.0.0.1:4000";

export default defineConfig({
  plugins: [vue(), tailwindcss()],
  build: {
    // The oldest browsers that know light-dark(), from which all colours of the page are made.
    target: ["chrome123", "edge123", "firefox120", "safari17.5"],
  },
  server: {
    proxy: { "/graphql": API, "/exports": API },
  },
});
