/** The package's main file loads adapters for a dozen databases, which takes longer than all else at a cold start. */
declare module "rate-limiter-flexible/lib/RateLimiterMemory.js" {
  export { RateLimiterMemory as default } from "rate-limiter-flexible";
}
