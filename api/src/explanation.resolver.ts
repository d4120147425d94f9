import "reflect-metadata";
import { Ctx, Field, FieldResolver, Float, Int, ObjectType, Resolver, Root } from "type-graphql";
import type { TokenWeight as ClassifierTokenWeight } from "./classifier.js";
import type { Context } from "./context.js";
import type { ExplanationService } from "./explanation-service.js";
import { Prediction } from "./prediction.js";

@ObjectType({
  description:
    "How much one part of a text speaks for the predicted emotion. start and end count UTF-16 code units of the text as typed, as JavaScript and Java do.",
})
export class TokenWeight {
  @Field(() => String, { description: "The part as it was typed." })
  token: string;

  @Field(() => Int, { description: "Where it starts in the text; the first position is 0." })
  start: number;

  @Field(() => Int, { description: "Where it ends in the text: the position behind its last code unit." })
  end: number;

  @Field(() => Float, {
    description:
      "How much the emotion's probability falls when the part is hidden, -1 to 1: positive speaks for it, negative against it.",
  })
  weight: number;

  constructor({ token, start, end, weight }: ClassifierTokenWeight) {
    this.token = token;
    this.start = start;
    this.end = end;
    this.weight = weight;
  }
}

@Resolver(() => Prediction)
export class ExplanationResolver {
  constructor(private readonly service: ExplanationService) {}

  @FieldResolver(() => [TokenWeight], {
    description:
      "What in the text speaks for emotion and what against it, in the order of the text; what the network does not read is left out. It is computed when asked for, by the model version that serves now, also where modelVersion is an earlier one: it then explains how much the present version sees of emotion. RATE_LIMITED when too many explanations are waiting.",
  })
  async explanation(@Root() prediction: Prediction, @Ctx() context: Context): Promise<TokenWeight[]> {
    const weights = await this.service.explain(prediction, context);
    return weights.map((weight) => new TokenWeight(weight));
  }
}
