/** What the page itself says of requests that failed, and what a person can do about them. */
export const errors = {
  status: "The server answered with HTTP status {status}.",
  unknownSender: "The server does not know who sends this.",
  offline: "You are offline.",
  timeout: "The server took too long to answer.",
  unreachable: "The server could not be reached.",
  page: "The page failed: {cause}.",
  noData: "The server sent an answer without data.",
  adviceUNAUTHENTICATED: "Sign in, then try again.",
  adviceFORBIDDEN: "Ask whoever runs this service for access.",
  adviceINTERNAL_SERVER_ERROR: "Try again. If it keeps failing, tell whoever runs this service.",
  adviceHTTP: "Try again in a few seconds. If it keeps failing, tell whoever runs this service.",
  adviceOFFLINE: "Connect to the internet, then try again.",
  adviceNETWORK: "Check your connection, then try again.",
  adviceTIMEOUT: "Try again: nothing is stored twice.",
  advicePAGE: "Load the page again.",
  adviceWait: "Wait {seconds} s, then try again.",
} as const;
