
import type { Functions } from "firebase/functions";
import { refusalOf, spaktok, type Answer, type Liked } from "./src/index.js";

declare const functions: Functions;
const api = spaktok(functions);

export async function use(): Promise<boolean> {
  const answer: Answer<Liked> = await api.likeVideo({ videoId: "v", action: "like" });
  const page = await api.getUserFeed();
  const next: string | null = page.data.nextCursor;
  await api.getUserFeed(next === null ? {} : { cursor: next });
  // @ts-expect-error an action is one of two
  await api.likeVideo({ videoId: "v", action: "love" });
  // @ts-expect-error a field is missing
  await api.likeVideo({ videoId: "v" });
  // @ts-expect-error no such field
  await api.getProfile({ userId: "u", name: "x" });
  // @ts-expect-error no such call
  await api.sendMoney({});
  return answer.data.liked;
}

export function explain(error: unknown): string | number {
  const refusal = refusalOf<"likeVideo">(error);
  switch (refusal?.error) {
    case "too-many-requests":
      return refusal.retryAfterMs;
    case "invalid-request":
      return refusal.field;
    // @ts-expect-error liking is never refused for a taken name
    case "username-taken":
      return 0;
    default:
      return refusal?.message ?? "";
  }
}
