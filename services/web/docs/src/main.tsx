import { render } from "preact";
import { App } from "./App";
import "../../dashboard/src/styles/tokens.css";
import "../../dashboard/src/styles/base.css";
import "../../dashboard/src/styles/controls.css";
import "./docs.css";

render(<App />, document.getElementById("app")!);
