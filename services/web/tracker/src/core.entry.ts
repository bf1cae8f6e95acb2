import { trackPage } from "./core";
import { safely } from "./safely";

// The core without link tracking, for the size test.
safely(trackPage)(document.currentScript as HTMLScriptElement);
