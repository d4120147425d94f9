/** An operation to begin with. */
export interface Example {
  title: string;
  operation: string;
  variables: Record<string, unknown>;
}

export const EXAMPLES: readonly Example[] = [
  {
    title: "Predict",
    operation: `mutation Predict($text: String!) {
  predict(text: $text) {
    id
    emotion
    confidence
    probabilities { emotion probability }
    uncertain
    uncertaintyReasons
    version
  }
}`,
    variables: { text: "I finally passed the exam!" },
  },
  {
    title: "Approve",
    operation: `mutation Approve($id: ID!, $expectedVersion: Int) {
  approve(predictionId: $id, expectedVersion: $expectedVersion) {
    status
    verifiedEmotion
    version
  }
}`,
    variables: { id: "", expectedVersion: 0 },
  },
  {
    title: "Revise",
    operation: `mutation Revise($id: ID!, $emotion: Emotion!, $expectedVersion: Int) {
  revise(predictionId: $id, emotion: $emotion, expectedVersion: $expectedVersion) {
    status
    verifiedEmotion
    version
  }
}`,
    variables: { id: "", emotion: "JOY", expectedVersion: 0 },
  },
  {
    title: "Recent predictions",
    operation: `query Recent($first: Int!, $after: String) {
  predictions(first: $first, after: $after) {
    edges { node { id text emotion status verifiedEmotion } }
    pageInfo { endCursor hasNextPage }
  }
}`,
    variables: { first: 10 },
  },
  {
    title: "Export as CSV",
    operation: `mutation Export {
  exportCsv {
    id
    status
    progress
    rowCount
    url
    sha256
  }
}`,
    variables: {},
  },
  {
    title: "Models",
    operation: `query Models {
  models {
    version
    serving
    metrics { accuracy macroF1 }
  }
}`,
    variables: {},
  },
];
