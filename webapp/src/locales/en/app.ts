/** The frame around every page. */
export const app = {
  skip: "Skip to the page",
  pages: "Pages",
  menu: "Menu",
  theme: "Theme",
  systemTheme: "System theme",
  lightTheme: "Light theme",
  darkTheme: "Dark theme",
  language: "Language",
  notice: "The model makes mistakes. Do not use it to decide anything about a person.",
  pageLost: "That page could not be loaded.",
  pageLostAdvice: "Check your connection, then try again. Your sentence and your decisions are kept.",
  tryAgain: "Try again",
  loading: "Loading",
  copy: "Copy",
  copied: "Copied",
  copyRefused: "The browser refused: select it and copy.",
} as const;
