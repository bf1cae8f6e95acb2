import { count } from "./core";
import { safely } from "./safely";

// The core alone: what the size test measures.
safely(count)(document.currentScript as HTMLScriptElement);
