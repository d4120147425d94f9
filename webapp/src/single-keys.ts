import { ref, watch } from "vue";
import { readStored, writeStored } from "./browser-storage.js";

const STORED_AS = "sentiloop.singleKeys";

/** Whether one letter or digit decides. Who dictates, or presses keys by accident, can switch that off. */
export const singleKeys = ref(readStored(STORED_AS) !== "off");

watch(singleKeys, (on) => writeStored(STORED_AS, on ? "on" : "off"));
