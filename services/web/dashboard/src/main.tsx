import { render } from "preact";
import { App } from "./app/App";
import { readPreferences, showTheme } from "./lib/preferences";
import { followLinks } from "./lib/router";
import { Session } from "./session/session";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";

const preferences = readPreferences();
showTheme(preferences.theme);
followLinks();
render(<App session={new Session()} preferences={preferences} />, document.getElementById("app")!);
