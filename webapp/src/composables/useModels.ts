import { computed, onScopeDispose, readonly, ref, shallowReadonly, shallowRef } from "vue";
import { useOperations } from "../api/useOperations.js";
import { type ApiError, toApiError } from "../api-error.js";
import { type ModelStateFragment, ModelsDocument, PromoteModelDocument } from "../generated/graphql.js";

export type Model = ModelStateFragment;

/** The model versions that the server has, the newest first, and the one that serves. */
export function useModels() {
  const { query, mutate } = useOperations();
  const models = shallowRef<readonly Model[]>([]);
  const loading = ref(false);
  const loaded = ref(false);
  const failure = shallowRef<ApiError | null>(null);
  let disposed = false;
  /** Counts the promotions: a list that was asked for before one says nothing any more. */
  let promotions = 0;
  onScopeDispose(() => {
    disposed = true;
  });

  /** Asks for the versions as they are now. What is known stays when that fails. */
  async function load(): Promise<void> {
    if (loading.value) return;
    loading.value = true;
    const before = promotions;
    try {
      const answer = await query(ModelsDocument, {});
      if (disposed) return;
      if (before === promotions) models.value = newestFirst(answer.models);
      loaded.value = true;
      failure.value = null;
    } catch (cause) {
      failure.value = toApiError(cause);
    }
    loading.value = false;
  }

  /** Lets a version serve; rejects with an ApiError. */
  async function promote(version: string): Promise<void> {
    const { promoteModel } = await mutate(PromoteModelDocument, { version }).catch((cause: unknown) => {
      throw toApiError(cause);
    });
    promotions += 1;
    const serving = (model: Model) => ({ ...model, serving: model.version === promoteModel.version });
    models.value = models.value.map(serving);
  }

  void load();

  return {
    models: shallowReadonly(models),
    serving: computed(() => models.value.find((model) => model.serving) ?? null),
    loading: readonly(loading),
    loaded: readonly(loaded),
    failure: shallowReadonly(failure),
    load,
    promote,
  };
}

function newestFirst(models: readonly Model[]): readonly Model[] {
  return [...models].sort((one, other) => other.createdAt.localeCompare(one.createdAt));
}
