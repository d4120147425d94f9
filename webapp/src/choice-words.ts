import { emotionName } from "./emotion.js";
import { exportedStatuses } from "./export-selection.js";
import { t } from "./i18n.js";
import { dayOf } from "./moment.js";
import type { PredictionChoice } from "./prediction-choice.js";

/** What an export of a choice holds, as people read it: "Approved, Revised; Joy; judged from 3 Nov 2026". */
export function choiceInWords(choice: PredictionChoice): string {
  const { emotion, modelVersion, from, to } = choice;
  const parts = [
    exportedStatuses(choice)
      .map((status) => t(`status.${status}`))
      .join(", "),
    emotion.length > 0 ? emotion.map(emotionName).join(", ") : t("dataset.any"),
    modelVersion,
    from && t("dataset.since", { day: dayOf(`${from}T00:00`) }),
    to && t("dataset.until", { day: dayOf(`${to}T00:00`) }),
  ];
  return parts.filter(Boolean).join("; ");
}
