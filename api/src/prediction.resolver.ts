import "reflect-metadata";
import { Arg, Ctx, Field, ID, Int, Mutation, ObjectType, Query, Resolver } from "type-graphql";
import { isValid } from "ulid";
import type { Context } from "./context.js";
import { badUserInput } from "./errors.js";
import { Prediction } from "./prediction.js";
import { PredictionFilter } from "./prediction-filter.js";
import { PredictionResult } from "./prediction-result.js";
import { MAX_TEXTS, type PredictionService } from "./prediction-service.js";
import type { Page, PredictionStore } from "./prediction-store.js";

/** The most predictions of one page. */
export const MAX_PAGE = 100;

@ObjectType({ description: "Where a page ends." })
export class PageInfo {
  @Field(() => String, { nullable: true, description: "Pass this as after to get the next page." })
  endCursor: string | null;

  @Field(() => Boolean, { description: "Whether there may be more behind this page." })
  hasNextPage: boolean;

  constructor(page: Page) {
    this.endCursor = page.end === undefined ? null : encodeCursor(page.end);
    this.hasNextPage = page.hasNextPage;
  }
}

@ObjectType({ description: "A prediction in a page." })
export class PredictionEdge {
  @Field(() => String, { description: "Pass this as after to continue behind this prediction." })
  readonly cursor: string;

  @Field(() => Prediction, { description: "The prediction." })
  readonly node: Prediction;

  constructor(node: Prediction) {
    this.cursor = encodeCursor(node.id);
    this.node = node;
  }
}

@ObjectType({
  description:
    "A page of predictions, newest first. With a filter that lets little pass, a page may be shorter than asked for, even empty, while hasNextPage is true: continue from endCursor.",
})
export class PredictionConnection {
  @Field(() => [PredictionEdge], { description: "The predictions." })
  readonly edges: PredictionEdge[];

  @Field(() => PageInfo, { description: "Where the page ends." })
  readonly pageInfo: PageInfo;

  constructor(page: Page) {
    this.edges = page.predictions.map((prediction) => new PredictionEdge(prediction));
    this.pageInfo = new PageInfo(page);
  }
}

@Resolver(() => Prediction)
export class PredictionResolver {
  constructor(
    private readonly service: PredictionService,
    private readonly store: PredictionStore,
  ) {}

  @Query(() => Prediction, { nullable: true, description: "One prediction; null when there is none with this id." })
  async prediction(
    @Arg("id", () => ID, { description: "The id of the prediction." }) id: string,
  ): Promise<Prediction | null> {
    return isValid(id) ? ((await this.store.find(id)) ?? null) : null;
  }

  @Query(() => PredictionConnection, { description: "Predictions, newest first." })
  async predictions(
    @Arg("first", () => Int, { defaultValue: 20, description: "How many at most, 1 to 100." }) first: number,
    @Arg("after", () => String, { nullable: true, description: "A cursor of an earlier page, to continue behind it." })
    after: string | null,
    @Arg("filter", () => PredictionFilter, {
      nullable: true,
      description: "Which predictions to list; all without it.",
    })
    filter: PredictionFilter | null,
  ): Promise<PredictionConnection> {
    checkPageSize(first);
    const request = {
      first,
      after: after == null ? undefined : decodeCursor(after),
      selection: filter?.selection() ?? {},
    };
    return new PredictionConnection(await this.store.page(request));
  }

  @Query(() => [Prediction], {
    description:
      "Predictions that nobody has judged, in the order in which judging them helps most: the most uncertain first, which is the one with the lowest confidence, but every fifth one drawn at random from all of them (asked for fewer than five, the last one now and then, so that it is one in five), so that not only doubtful ones are judged. Of texts that differ in case, punctuation and white space alone there is one, and none that was judged already. It is empty only when nothing is PENDING: when all that is left are copies of judged texts, it holds those. There may be fewer than asked for.",
  })
  async reviewQueue(
    @Arg("first", () => Int, { defaultValue: 10, description: "How many at most, 1 to 100." }) first: number,
  ): Promise<Prediction[]> {
    checkPageSize(first);
    return this.store.reviewQueue(first);
  }

  @Mutation(() => Prediction, { description: "Classifies a text and stores the prediction." })
  predict(
    @Arg("text", () => String, { description: "1 to 5,000 characters after trimming white space; stored as sent." })
    text: string,
    @Arg("idempotencyKey", () => String, {
      nullable: true,
      description:
        "Makes a retry harmless: the same key with the same text gives the same prediction for at least 24 hours; with another text it is CONFLICT. 1 to 255 characters.",
    })
    idempotencyKey: string | null,
    @Ctx() context: Context,
  ): Promise<Prediction> {
    return this.service.predict({ text, idempotencyKey: idempotencyKey ?? undefined, actor: context.actor });
  }

  @Mutation(() => [PredictionResult], {
    description:
      "Classifies several texts at once and stores the predictions: one answer a text, in the same order. A text that is refused does not keep the others from being predicted. Sent again without an idempotencyKey, it makes further predictions.",
  })
  predictMany(
    @Arg("texts", () => [String], {
      description: `Up to ${MAX_TEXTS} texts, each of 1 to 5,000 characters after trimming white space; stored as sent.`,
    })
    texts: string[],
    @Arg("idempotencyKey", () => String, {
      nullable: true,
      description:
        "Makes a retry harmless: the same key with the same texts gives the same predictions for at least 24 hours, and makes those that were not made before; with other texts it is CONFLICT. 1 to 255 characters.",
    })
    idempotencyKey: string | null,
    @Ctx() context: Context,
  ): Promise<PredictionResult[]> {
    return this.service.predictMany({ texts, idempotencyKey: idempotencyKey ?? undefined, actor: context.actor });
  }
}

function checkPageSize(first: number): void {
  if (first >= 1 && first <= MAX_PAGE) return;
  throw badUserInput("first", `first is ${first}; ask for 1 to ${MAX_PAGE} predictions at a time.`);
}

function encodeCursor(id: string): string {
  return Buffer.from(id, "latin1").toString("base64url");
}

function decodeCursor(cursor: string): string {
  const id = Buffer.from(cursor, "base64url").toString("latin1");
  if (!isValid(id))
    throw badUserInput("after", "after is not a cursor of this API. Use the endCursor of an earlier page.");
  return id;
}
