import { nextTick, readonly, ref } from "vue";
import { createRouter, createWebHistory, type RouteRecordRaw, type Router } from "vue-router";
import { loadFurtherTexts } from "./i18n.js";
import { nextPicture } from "./next-task.js";
import { PAGE_PATHS, type PageName } from "./page-routes.js";
import PredictPage from "./pages/PredictPage.vue";

/** The first page comes with the app, each other one is fetched when it is opened. */
const PAGES: Readonly<Record<PageName, () => Promise<unknown>>> = {
  predict: async () => PredictPage,
  review: () => import("./pages/ReviewPage.vue"),
  predictions: withFurtherTexts(() => import("./pages/PredictionsPage.vue")),
  insights: withFurtherTexts(() => import("./pages/InsightsPage.vue")),
  datasets: withFurtherTexts(() => import("./pages/DatasetsPage.vue")),
  models: withFurtherTexts(() => import("./pages/ModelsPage.vue")),
};

function withFurtherTexts(load: () => Promise<unknown>): () => Promise<unknown> {
  return async () => (await Promise.all([load(), loadFurtherTexts()]))[0];
}

const lost = ref<string | null>(null);
/** The address of the page that was to be opened and could not be fetched; null once another one is there. */
export const lostAddress = readonly(lost);

/** The pages of the app by their addresses. */
export function createPageRouter(): Router {
  const names = Object.keys(PAGES) as PageName[];
  const routes: RouteRecordRaw[] = names.map((name) => ({
    name,
    path: PAGE_PATHS[name],
    component: PAGES[name] as () => Promise<never>,
  }));
  const router = createRouter({
    history: createWebHistory(),
    routes: [...routes, { path: "/:elsewhere(.*)*", redirect: PAGE_PATHS.predict }],
    scrollBehavior: async (to, from, saved) => {
      if (!saved) return to.hash ? { el: to.hash } : to.path !== from.path && { top: 0 };
      await untilHighEnough(saved.top);
      return router.currentRoute.value === to && saved;
    },
  });
  router.onError((_cause, to) => {
    lost.value = to.fullPath;
  });
  router.afterEach((to, from) => {
    lost.value = null;
    if (from.name !== undefined && to.path !== from.path) void nextTick(focusPage);
  });
  return router;
}

/** Fetches the other pages, so that they open at once, offline too. */
export async function fetchPages(): Promise<void> {
  await Promise.allSettled(Object.values(PAGES).map((load) => load()));
}

/** Pictures within which a page that is gone back to must be as high as it was; later, the person may have scrolled it already. */
const SOON = 30;

/** Pages come part by part. @param top how far the page had been scrolled, in pixels */
async function untilHighEnough(top: number): Promise<void> {
  const page = document.documentElement;
  for (let pictures = 0; pictures < SOON && page.scrollHeight < top + page.clientHeight; pictures += 1) {
    await nextPicture();
  }
}

/** A person who does not see the page hears that it is another one, and goes on from its top. */
function focusPage(): void {
  document.querySelector<HTMLElement>("main")?.focus({ preventScroll: true });
}
