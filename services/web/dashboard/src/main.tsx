import { render } from "preact";
import { App } from "./app/App";
import { applyTheme, loadPreferences } from "./lib/preferences";
import { interceptLinks } from "./lib/router";
import { Session } from "./session/session";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";

const preferences = loadPreferences();
applyTheme(preferences.theme);
interceptLinks();
render(<App session={new Session()} preferences={preferences} />, document.getElementById("app")!);
