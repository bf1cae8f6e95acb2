import { useEffect, useState } from "preact/hooks";
import { Authentication } from "./Authentication";
import { Markdown } from "./Markdown";
import { OperationView } from "./OperationView";
import { type OpenApi, operationsOf, tagTitle } from "./openapi";

const DOCUMENT = "/api/v1/openapi.json";

export function App() {
  const [api, setApi] = useState<OpenApi>();
  const [failed, setFailed] = useState(false);
  const [token, setToken] = useState("");

  useEffect(() => {
    fetch(DOCUMENT)
      .then((response) => response.json())
      .then(setApi, () => setFailed(true));
  }, []);

  if (failed) return <p class="page error">Cannot load the API description. Reload the page to try again.</p>;
  if (!api) return <p class="page hint">Loading…</p>;
  return (
    <div class="docs">
      <nav aria-label="API sections">
        <a href="/">PyUniqVisit</a>
        {api.tags.map(({ name }) => (
          <a key={name} href={`#${name}`}>
            {tagTitle(name)}
          </a>
        ))}
      </nav>
      <main>
        <header>
          <h1>
            {api.info.title} API <small class="hint">{api.info.version}</small>
          </h1>
          <Markdown text={api.info.description} />
          <p>
            <a href={DOCUMENT}>OpenAPI 3.1 document</a>
          </p>
        </header>
        <Authentication token={token} setToken={setToken} />
        {api.tags.map(({ name, description }) => (
          <section key={name} id={name}>
            <h2>{tagTitle(name)}</h2>
            <p class="hint">{description}</p>
            {operationsOf(api, name).map((operation) => (
              <OperationView
                key={operation.operationId}
                operation={operation}
                schemas={api.components.schemas}
                token={token}
              />
            ))}
          </section>
        ))}
      </main>
    </div>
  );
}
